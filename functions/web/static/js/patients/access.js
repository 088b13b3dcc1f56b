/** Who may use the pages of patients. Only a hint for the page: the server decides. */
import { isVerifiedClinician } from "../shell/users.js";

/**
 * Whether a facility's patients are open to this person.
 * @param {import("../shell/users.js").User} user
 */
export function mayUsePatients(user) {
  return isVerifiedClinician(user) || (user.roles.includes("facilityAdmin") && Boolean(user.facilityId));
}
