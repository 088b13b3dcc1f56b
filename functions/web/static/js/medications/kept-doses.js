/**
 * Today's doses as the server last had them, so that the page of medicines opens without a network: in this browser, for
 * who is signed in, for at most a day.
 */
import { siteStorage } from "../shell/storage.js";
import { DOSES_KEY } from "./hooks.js";

const DAY_MS = 24 * 3_600_000;

/** @param {string} userId @param {unknown} courses what the page needs to show them */
export function keepDoses(userId, courses) {
  try {
    siteStorage.write(DOSES_KEY, JSON.stringify({ userId, at: Date.now(), courses }));
  } catch {
    // Full, or blocked: the page needs a network.
  }
}

/** @param {string} userId @returns {{at: number, courses: any} | null} `at`: when the server said so, in Unix ms */
export function keptDoses(userId) {
  const kept = read();
  if (kept?.userId === userId && Date.now() - kept.at < DAY_MS) return kept;
  siteStorage.remove(DOSES_KEY);
  return null;
}

/** @returns {{userId: string, at: number, courses: any} | null} */
function read() {
  try {
    return JSON.parse(siteStorage.read(DOSES_KEY) ?? "null");
  } catch {
    return null;
  }
}
