/** Why this person cannot capture photos, and what to do about it. */
import { reloadUser } from "../../shell/current-user.js";
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { facilityOf, isClinician, isVerifiedClinician, nameOf } from "../../shell/users.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {import("../../shell/users.js").User} User */

/**
 * @param {User} user
 * @param {(user: User) => Promise<void>} open goes on once they may
 */
export function showNoAccess(user, open) {
  const facility = facilityOf(user);
  const [title, text] = wordsFor(user, facility ? t("capture.closed.ask-of", { facility }) : t("capture.closed.ask"));
  setText("closed-title", title);
  setText("closed-text", text);
  setText("closed-who", nameOf(user));
  setText("closed-said", "");
  byId("closed-again").onclick = () => void recheck(user, open);
  showDesktopScreen("closed");
}

/**
 * A 403 may be about the person rather than the encounter.
 * @param {unknown} error
 * @param {(user: User) => Promise<void>} open
 * @returns {Promise<boolean>} whether it was, and an explanation is shown
 */
export async function showNoAccessIfRevoked(error, open) {
  if (!(error instanceof HttpProblem && error.status === 403)) return false;
  const user = await reloadUser().catch(() => null);
  if (!user) return false;
  const unverified = error.slug === "not-verified";
  if (isVerifiedClinician(user) && !unverified) return false;
  showNoAccess(isVerifiedClinician(user) ? { ...user, verification: "pending" } : user, open);
  return true;
}

/**
 * @param {User} user
 * @param {string} advice whom to ask
 */
function wordsFor(user, advice) {
  if (!isClinician(user)) return [t("capture.closed.no-clinician"), t("capture.closed.no-clinician.text", { advice })];
  if (user.verification === "rejected") return [t("capture.closed.rejected"), t("capture.closed.rejected.text", { advice })];
  return [t("capture.closed.pending"), t("capture.closed.pending.text", { advice })];
}

/** @param {User} user @param {(user: User) => Promise<void>} open */
async function recheck(user, open) {
  setText("closed-said", t("capture.closed.checking"));
  try {
    const now = await reloadUser();
    if (isVerifiedClinician(now)) return await open(now);
    showNoAccess(now, open);
    setText("closed-said", t("capture.closed.unchanged"));
  } catch (error) {
    setText("closed-said", t("capture.closed.unknown", { name: nameOf(user), reason: errorMessage(error) }));
  }
}
