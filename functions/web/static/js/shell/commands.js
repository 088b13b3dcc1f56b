/**
 * What can be found and done from anywhere. Each domain declares its own commands and searches. ../app.js registers
 * the commands, and how ../searches.js is loaded; the pages of ./navigation.js are commands by themselves.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{title: string, detail?: string, icon?: string, path?: string}} Found something that a search found
 * @typedef {{title: string, icon: string, isFor: (user: User) => boolean, words?: string, keys?: string, path?: string,
 *   run?: () => void}} Command leads to `path`, or else runs; `words`: other words for it; `keys`: keys that are pressed
 *   one after the other, such as "g v"
 * @typedef {(path: string, signal?: AbortSignal) => Promise<any>} Get reads something, as the person who is signed in
 * @typedef {{title: string, isFor: (user: User) => boolean,
 *   find: (text: string, get: Get, signal: AbortSignal) => Promise<Found[]>}} Search `title`: what it finds, such as "Patients";
 *   `find` gets a text of at least two characters, and the best come first
 */
import { t } from "./messages.js";
import { pagesFor } from "./navigation.js";
import { requestSignOut } from "./sign-out.js";

/** @type {Command[]} */
const commands = [];
/** @type {() => Promise<{searches: readonly Search[]}>} */
let load = async () => ({ searches: [] });

/** @param {readonly Command[]} more */
export function registerCommands(more) {
  commands.push(...more);
}

/** @param {typeof load} loader */
export function registerSearches(loader) {
  load = loader;
}

/**
 * @param {User} user
 * @returns {Command[]} the pages that this person may open, then what they may do
 */
export function commandsFor(user) {
  /** @type {Command[]} */
  const pages = pagesFor(user).map(({ title, icon, path, isFor, shortcut }) => {
    return { title, icon, path, isFor, keys: shortcut && `g ${shortcut}` };
  });
  /** @type {Command} */
  const signOut = { title: t("shell.sign-out"), icon: "person", words: t("shell.sign-out.words"), isFor: () => true, run: () => void requestSignOut() };
  return [...pages, ...commands.filter(({ isFor }) => isFor(user)), signOut];
}

/** @returns {Promise<readonly Search[]>} */
export async function loadSearches() {
  return (await load()).searches;
}
