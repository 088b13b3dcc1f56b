/** Where to go once signed in. */
import { homeOf } from "../../pages.js";

/**
 * Only an address of our own is followed: a link to the sign-in page must not be able to lead to somebody else's.
 * @param {import("../../shell/users.js").User} user
 * @param {string} address of the sign-in page, whose `next` names where its reader came from
 * @returns {string} a whole address
 */
export function destination(user, address) {
  const here = new URL(address);
  const home = new URL(homeOf(user), here.origin).href;
  const next = here.searchParams.get("next") ?? "";
  if (!next.startsWith("/")) return home;
  let wanted;
  try {
    wanted = new URL(next, here.origin);
  } catch {
    return home;
  }
  // The whole address is compared and used as the browser has understood it: "//host", "/\host" and "/.//host" are
  // paths to the eye only. And never back here, or a sign-in would have no end.
  return wanted.origin === here.origin && wanted.pathname !== here.pathname ? wanted.href : home;
}
