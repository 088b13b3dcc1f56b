/** Who may use the pages about medicines. Pure. */
import { isPatient, isVerifiedClinician } from "../shell/users.js";

/** @typedef {import("../shell/users.js").User} User */

/** @param {User} user whether they have medicines of their own */
export function hasMedicines(user) {
  return isPatient(user);
}

/** @param {User} user */
export function mayPlanForPatients(user) {
  return isVerifiedClinician(user) && Boolean(user.facilityId);
}
