/** What waits about photos: phones that still hold some, and photos that vanish soon. */
import { apiCall } from "../shell/api.js";
import { t } from "../shell/messages.js";
import { isVerifiedClinician } from "../shell/users.js";

/** @typedef {import("../shell/attention.js").Waiting} Waiting */

/** @type {import("../shell/attention.js").Watch} */
export const watch = {
  title: t("capture.watch"),
  isFor: isVerifiedClinician,
  async find() {
    /** @type {import("openapi").WaitingPhotosListDocument} */
    const { sessions } = await apiCall("GET", "/session/waiting");
    return sessions.flatMap(waiting);
  },
};

/** @param {import("openapi").WaitingPhotosDocument} session @returns {Waiting[]} */
function waiting({ encounterId, patientId, patientName, unsentPhotos, vanishingPhotos, vanishesAt }) {
  const title = patientName || t("capture.watch.nameless");
  const path = `/?${new URLSearchParams({ encounterId, patientId })}`;
  /** @type {Waiting[]} */
  const found = [];
  if (unsentPhotos) {
    const detail = t("capture.watch.unsent.text", { count: unsentPhotos });
    found.push({ key: `unsent/${encounterId}`, title, detail, path, action: t("capture.watch.open"), look: "warn", label: t("capture.watch.unsent") });
  }
  if (vanishesAt !== null) {
    const hours = Math.floor((vanishesAt - Date.now()) / 3_600_000);
    const count = vanishingPhotos;
    const detail = hours < 1 ? t("capture.watch.vanishing.hour", { count }) : t("capture.watch.vanishing.hours", { count, hours });
    found.push({ key: `vanish/${encounterId}`, title, detail, path, action: t("capture.watch.open"), look: "danger", label: t("capture.watch.vanishing") });
  }
  return found;
}
