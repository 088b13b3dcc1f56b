/**
 * The pages that domains offer to signed-in people. Each domain declares its own, and ../pages.js registers them.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{path: string, title: string, isFor: (user: User) => boolean, menuOrder: number, homeOrder?: number,
 *   onAccountPage?: boolean}} PageEntry `menuOrder`: its place in the account menu; `homeOrder`: a person starts at the
 *   page with the lowest one; `onAccountPage`: the account page links to it too
 */

/** @type {PageEntry[]} */
const entries = [];

/** @param {readonly PageEntry[]} pages */
export function registerPages(pages) {
  entries.push(...pages);
  entries.sort((one, other) => one.menuOrder - other.menuOrder);
}

/**
 * @param {User} user
 * @returns {PageEntry[]} the pages that this person may use, in the menu's order
 */
export function pagesFor(user) {
  return entries.filter(({ isFor }) => isFor(user));
}

/**
 * @param {User} user
 * @returns {string} the path of the page where this person starts
 */
export function homeOf(user) {
  const homes = pagesFor(user).filter(({ homeOrder }) => homeOrder !== undefined);
  const [home] = homes.sort((one, other) => Number(one.homeOrder) - Number(other.homeOrder));
  return home?.path ?? "/";
}
