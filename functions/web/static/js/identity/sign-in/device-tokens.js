/**
 * The device tokens of this browser: one for everybody who signed in here. They say who signed in before only to the
 * server, which gives attempts with them tries of their own. Signing out keeps them; they open nothing.
 */

const STORAGE_KEY = "bedside.devices";

/** The server takes no more; the oldest are forgotten. */
const MAX_TOKENS = 50;

/** The part of a token that stays the same when it is renewed. */
const ID_LENGTH = 16;

/** @returns {string[]} the newest first */
export function deviceTokens() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isToken).slice(0, MAX_TOKENS) : [];
  } catch {
    return [];
  }
}

/**
 * Keeps a token in place of the one that it renews.
 * @param {string} token
 */
export function keepDeviceToken(token) {
  const others = deviceTokens().filter((kept) => kept.slice(0, ID_LENGTH) !== token.slice(0, ID_LENGTH));
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify([token, ...others].slice(0, MAX_TOKENS)));
  } catch {
    // Without storage this browser counts as one in which nobody has signed in.
  }
}

/**
 * Whether the server would read this; it refuses a request with anything else.
 * @param {unknown} kept
 */
function isToken(kept) {
  return typeof kept === "string" && /^[\w-]{1,100}$/.test(kept);
}
