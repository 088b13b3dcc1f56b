/** Where to go after signing in. */
import { homeOf } from "../../pages.js";

/**
 * Only URLs of our own origin are followed, so that a link to the sign-in page cannot redirect elsewhere.
 * @param {import("../../shell/users.js").User} user
 * @param {string} address the URL of the sign-in page, whose `next` is where the person came from
 * @returns {string} an absolute URL
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
  // Compare and use the URL as the browser has parsed it: "//host", "/\host" and "/.//host" only look like paths. Never
  // return to the sign-in page, which would loop.
  return wanted.origin === here.origin && wanted.pathname !== here.pathname ? wanted.href : home;
}
