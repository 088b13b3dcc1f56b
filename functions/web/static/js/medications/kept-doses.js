/**
 * Today's doses as the server last had them, so that the page of medicines opens without a network: in this browser, for
 * who is signed in, for at most a day, and sealed with a key of this browser.
 *
 * @typedef {{userId: string, at: number, sealed: string}} Kept `at`: when the server said so, in Unix ms; `sealed`: base64
 */
import { currentSignIn } from "../shell/sign-in.js";
import { siteStorage } from "../shell/storage.js";
import { doseKey } from "./dose-key.js";
import { DOSES_KEY } from "./hooks.js";

const DAY_MS = 24 * 3_600_000;
/** As AES-GCM wants it. In bytes. */
const NONCE_SIZE = 12;

/** One after the other, so that the latest stay. */
let keeping = Promise.resolve();

/** @param {string} userId @param {unknown} courses what the page needs to show them */
export function keepDoses(userId, courses) {
  const at = Date.now();
  const text = JSON.stringify(courses);
  keeping = keeping.then(() => keep(userId, at, text));
}

/** @param {string} userId @returns {Promise<{at: number, courses: any} | null>} `at`: when the server said so, in Unix ms */
export async function keptDoses(userId) {
  const kept = read();
  if (kept?.userId !== userId || !kept.sealed || Date.now() - kept.at >= DAY_MS) {
    siteStorage.remove(DOSES_KEY);
    return null;
  }
  try {
    return { at: kept.at, courses: JSON.parse(await unseal(kept)) };
  } catch {
    return null; // without its key, or the browser's database
  }
}

/** @returns {Kept | null} */
function read() {
  try {
    return JSON.parse(siteStorage.read(DOSES_KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} userId @param {number} at @param {string} text */
async function keep(userId, at, text) {
  try {
    const kept = { userId, at, sealed: await seal(userId, at, text) };
    // Whoever has signed out meanwhile leaves nothing here.
    if (currentSignIn()?.user.userId === userId) siteStorage.write(DOSES_KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or blocked, or there is no database: the page needs a network.
  }
}

/** @param {string} userId @param {number} at @param {string} text */
async function seal(userId, at, text) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const sealed = await crypto.subtle.encrypt(sealing(nonce, userId, at), await doseKey(), new TextEncoder().encode(text));
  return btoa([...nonce, ...new Uint8Array(sealed)].map((byte) => String.fromCharCode(byte)).join(""));
}

/** @param {Kept} kept */
async function unseal({ userId, at, sealed }) {
  const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
  const how = sealing(bytes.subarray(0, NONCE_SIZE), userId, at);
  return new TextDecoder().decode(await crypto.subtle.decrypt(how, await doseKey(), bytes.subarray(NONCE_SIZE)));
}

/**
 * Bound to whose doses they are and when the server said so.
 * @param {Uint8Array<ArrayBuffer>} iv @param {string} userId @param {number} at
 */
function sealing(iv, userId, at) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${userId} ${at}`) };
}
