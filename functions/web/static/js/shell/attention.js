/**
 * What waits for somebody now. Each domain declares how it finds what waits in it, ../watches.js registers that, and the
 * page of today shows it.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{key: string, title: string, detail: string, path: string, action: string, look: "warn" | "danger",
 *   label: string, isPerson?: boolean}} Waiting `label` says what is the matter, `action` what the link does; `isPerson`:
 *   somebody is there and waits, which comes first
 * @typedef {{title: string, isFor: (user: User) => boolean, find: () => Promise<Waiting[]>}} Watch `title`: what is
 *   looked through, such as "Photos"; the most urgent come first
 */

/** @type {Watch[]} */
const watches = [];

/** @param {Watch} watch */
export function registerWatch(watch) {
  watches.push(watch);
}

/** @param {User} user */
export function watchesFor(user) {
  return watches.filter(({ isFor }) => isFor(user));
}
