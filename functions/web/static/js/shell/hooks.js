/**
 * What domains add to the life of a page for signed-in people. ../app.js registers their hooks; the shell runs them and
 * knows no domain.
 *
 * @typedef {object} PageHooks
 * @property {() => void} [onOpen] runs when a page opens, before it is known whether anybody is signed in
 * @property {(user: import("./users.js").User) => void} [onEnter] runs once the page is open to somebody
 * @property {(userId: string) => Promise<boolean>} [beforeSignOut] resolves to false when the person prefers to stay
 * @property {(userId: string | null, byChoice: boolean) => Promise<void> | void} [onLeave] runs when the page is left
 *   because nobody is signed in any more; `byChoice`: the person signed out, rather than the sign-in ending by itself
 */

/** @type {PageHooks[]} */
const registered = [];

/** @param {PageHooks[]} hooks */
export function registerHooks(...hooks) {
  registered.push(...hooks);
}

export function runOnOpen() {
  for (const { onOpen } of registered) onOpen?.();
}

/** @param {import("./users.js").User} user */
export function runOnEnter(user) {
  for (const { onEnter } of registered) onEnter?.(user);
}

/**
 * Asks the domains one after the other, so that at most one dialog is open.
 * @param {string} userId
 * @returns {Promise<boolean>} whether all of them agree
 */
export async function runBeforeSignOut(userId) {
  for (const { beforeSignOut } of registered) if (beforeSignOut && !(await beforeSignOut(userId))) return false;
  return true;
}

/**
 * @param {string | null} userId
 * @param {boolean} byChoice
 */
export async function runOnLeave(userId, byChoice) {
  await Promise.all(registered.map(({ onLeave }) => onLeave?.(userId, byChoice)));
}
