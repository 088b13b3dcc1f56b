/** Who may use the pages of bookings. Only a hint for the page: the server decides. */
import { isPatient, isVerifiedClinician } from "../shell/users.js";

/**
 * Whether this person can book for themselves.
 * @param {import("../shell/users.js").User} user
 */
export function mayBook(user) {
  return isPatient(user) && Boolean(user.facilityId);
}

/**
 * Whether this person says what can be booked at their facility.
 * @param {import("../shell/users.js").User} user
 */
export function mayChangeServices(user) {
  return user.roles.includes("facilityAdmin") && Boolean(user.facilityId);
}

/**
 * Whether there may be bookings of this person, with them, or at the facility that they administer.
 * @param {import("../shell/users.js").User} user
 */
export function maySeeBookings(user) {
  return isPatient(user) || isVerifiedClinician(user) || mayChangeServices(user);
}
