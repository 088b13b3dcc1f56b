/** Who may use the pages about notifications. Pure. */
import { isAdmin } from "../shell/users.js";

/** @param {import("../shell/users.js").User} user whether they administer the facility that they belong to */
export function mayReadLog(user) {
  return isAdmin(user) && Boolean(user.facilityId);
}
