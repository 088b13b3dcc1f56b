/** Who may use the pages of bookings. Only a hint for the page: the server decides. */
import { isPatient } from "../shell/users.js";

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
