/** Asks whether to end a session, and says what follows. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { t } from "../../shell/messages.js";

/**
 * @typedef {{adding: number, unsent: number, count: number, days: number}} Photos that are on their way from this
 *   computer, that phones hold, and that are here, and how long these stay
 */

/**
 * @param {Photos} photos
 * @param {() => Promise<void>} act ends it
 * @param {(error: unknown) => string} reason why it could not be ended
 * @returns {Promise<boolean>} whether it was ended
 */
export function askToEnd(photos, act, reason) {
  return confirmDialog({
    title: photos.unsent || photos.adding ? t("capture.session.end.unsent") : t("capture.session.end.sure"),
    text: consequences(photos),
    yes: t("capture.session.end"),
    failed: (error) => t("capture.session.end.failed", { reason: reason(error) }),
    act,
  });
}

/** @param {Photos} photos */
function consequences({ adding, unsent, count, days }) {
  const sentences = [
    adding && t("capture.adding.end", { count: adding }),
    unsent && t("capture.session.end.phone", { count: unsent }),
    t("capture.session.end.text"),
    count && afterwards(count, days),
  ];
  return sentences.filter(Boolean).join(" ");
}

/**
 * @param {number} count
 * @param {number} days that photos stay
 */
function afterwards(count, days) {
  if (days === 0) return t("capture.session.end.hour", { count });
  return days === 1 ? t("capture.session.end.day", { count }) : t("capture.session.end.days", { count, days });
}
