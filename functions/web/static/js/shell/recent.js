/**
 * What this tab opened last, for the search. It goes when the person is signed out, as all that a tab keeps.
 *
 * @typedef {import("./commands.js").Found & {path: string}} Recent
 */
import { tabStorage } from "./storage.js";

const KEY = "bedside.recent";
const MOST = 6;

/** @returns {Recent[]} the latest first */
export function recentItems() {
  try {
    const kept = JSON.parse(tabStorage.read(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((item) => typeof item?.title === "string" && typeof item.path === "string") : [];
  } catch {
    return [];
  }
}

/** @param {Recent} item */
export function rememberRecent({ title, detail, icon, path }) {
  const others = recentItems().filter((item) => item.path !== path);
  tabStorage.write(KEY, JSON.stringify([{ title, detail, icon, path }, ...others].slice(0, MOST)));
}
