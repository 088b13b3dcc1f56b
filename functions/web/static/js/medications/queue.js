/**
 * Answers to doses on their way: kept in this browser with the time of the tap until the server has them. The service
 * worker uses this too, which has no page; so this knows nothing of pages.
 *
 * @typedef {"taken" | "skipped" | "snooze"} Act
 * @typedef {{doseId: string, userId: string, act: Act, at: number, entered?: boolean, token?: string, expiresAt?: number}} Answer
 *   `at`: when it was tapped, or when the dose was taken, if somebody entered that (`entered`), in Unix ms; `token`: what
 *   the service worker may send it with until `expiresAt`
 */
import { inStore } from "../shell/device-store.js";

/** The dose is due again so long after the tap. */
export const SNOOZE_MINUTES = 10;

/** Younger answers are sent as of now: the device's clock may be wrong. In milliseconds. */
const FRESH_MS = 30_000;

/** What no database keeps, until the page is left. @type {Map<string, Answer>} */
const inMemory = new Map();

/** The name of what browsers with Background Sync run when they are online again. */
export const SYNC = "doses";

/** The latest answer to a dose counts. @param {Answer} answer */
export async function keepAnswer(answer) {
  try {
    await inStore("answers", "readwrite", (store) => store.put(answer, answer.doseId));
  } catch {
    inMemory.set(answer.doseId, answer);
  }
}

/** @returns {Promise<Answer[]>} the oldest first */
export async function keptAnswers() {
  let stored = [];
  try {
    stored = await inStore("answers", "readonly", (store) => store.getAll());
  } catch {
    // Private windows may have no database.
  }
  return [...stored, ...inMemory.values()].sort((one, other) => one.at - other.at);
}

/** @param {Answer} answer unless the dose was answered again meanwhile */
export async function forgetAnswer({ doseId, at, act }) {
  const same = (/** @type {Answer | undefined} */ kept) => kept?.at === at && kept.act === act;
  if (same(inMemory.get(doseId))) inMemory.delete(doseId);
  try {
    const kept = await inStore("answers", "readonly", (store) => store.get(doseId));
    if (same(kept)) await inStore("answers", "readwrite", (store) => store.delete(doseId));
  } catch {
    // It was in memory only.
  }
}

/**
 * @param {Answer} answer
 * @param {number} now Unix ms
 * @returns {{path: string, body: object | undefined} | null} the call that tells the server; null if it came too late to matter
 */
export function callOf({ doseId, act, at, entered }, now) {
  const path = `/doses/${encodeURIComponent(doseId)}/${act}`;
  if (act === "skipped") return { path, body: undefined };
  if (act === "taken") return { path, body: !entered && now - at < FRESH_MS ? {} : { at: new Date(at).toISOString() } };
  const minutes = Math.ceil(SNOOZE_MINUTES - (now - at) / 60_000);
  return minutes > 0 ? { path, body: { minutes } } : null;
}
