/** Who may use the pages of visits. Only a hint for the page: the server decides. */
import { isVerifiedClinician } from "../shell/users.js";

/**
 * Whether a facility's visits are open to this person.
 * @param {import("../shell/users.js").User} user
 */
export function mayUseSchedule(user) {
  return isVerifiedClinician(user) || user.roles.includes("facilityAdmin");
}
