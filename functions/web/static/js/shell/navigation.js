/**
 * The pages that domains offer to signed-in people. Each domain declares its own, and ../pages.js registers them.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{path: string, title: string, icon: string, isFor: (user: User) => boolean, menuOrder: number,
 *   homeOrder?: number, covers?: readonly string[], shortcut?: string}} PageEntry `icon`: a symbol of parts/side.html; `menuOrder`: its
 *   place in the navigation; `homeOrder`: a person starts at the page with the lowest one; `covers`: paths of pages that
 *   belong to this one and have no entry of their own; `shortcut`: the key that opens it after a "g"
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
 * @returns {PageEntry[]} the pages that this person may use, in the navigation's order
 */
export function pagesFor(user) {
  return entries.filter(({ isFor }) => isFor(user));
}

/**
 * @param {string} path
 * @returns {PageEntry | undefined} the page in the navigation that a page is, or belongs to
 */
export function entryOf(path) {
  return entries.find((entry) => entry.path === path || entry.covers?.includes(path));
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
