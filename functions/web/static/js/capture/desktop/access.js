/** Who may capture photos, as the server says: an explanation takes the page's place for those who may not. */
import { reloadUser } from "../../shell/current-user.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { isVerifiedClinician } from "../../shell/users.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {(user: User) => Promise<void>} Open goes on once they may
 */

/**
 * @param {User} known the person as of the last sign-in or refresh
 * @returns {Promise<User>} as they are now; a person who has just been verified need not sign in again
 */
export async function currentClinician(known) {
  return isVerifiedClinician(known) ? known : reloadUser();
}

/**
 * @param {User} user who cannot capture photos
 * @param {Open} open
 */
export async function showNoAccess(user, open) {
  const screen = await import("./no-access.js");
  screen.showNoAccess(user, { reload: reloadUser, open, explain: (error) => errorMessage(error) });
}

/**
 * A 403 may be about the person rather than the encounter.
 * @param {unknown} error
 * @param {Open} open
 * @returns {Promise<boolean>} whether it was, and an explanation is shown
 */
export async function showNoAccessIfRevoked(error, open) {
  if (!(error instanceof HttpProblem && error.status === 403)) return false;
  const user = await reloadUser().catch(() => null);
  if (!user) return false;
  const unverified = error.slug === "not-verified";
  if (isVerifiedClinician(user) && !unverified) return false;
  await showNoAccess(isVerifiedClinician(user) ? { ...user, verification: "pending" } : user, open);
  return true;
}
