/**
 * The code that was sent last, and what is left of it. It survives a reload: phones throw a page away while its reader
 * looks for the message in another app.
 */

const KEPT_AS = "bedside.code-sent";

/** Checks that the server allows for one code. */
export const TRIES = 5;

/** Two answers about the same code differ by rounding and by the time on the way. In milliseconds. */
const SAME_WITHIN_MS = 5_000;

/** @typedef {{phone: string, expiresAt: number, resendAt: number, triesLeft: number}} Sent times in Unix ms */

/**
 * @param {string} phone
 * @param {{expiresIn: number, resendAfter: number}} answer in seconds
 * @param {number} now Unix ms
 * @param {Sent | null} before
 * @returns {Sent} with the tries that are left, if this answer is about the same code as before
 */
export function sentNow(phone, { expiresIn, resendAfter }, now, before) {
  const expiresAt = now + expiresIn * 1000;
  const same = before?.phone === phone && Math.abs(before.expiresAt - expiresAt) < SAME_WITHIN_MS;
  return { phone, expiresAt, resendAt: now + resendAfter * 1000, triesLeft: same ? before.triesLeft : TRIES };
}

/** @returns {Sent | null} */
export function recall() {
  try {
    const sent = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    return typeof sent?.phone === "string" ? sent : null;
  } catch {
    return null;
  }
}

/** @param {Sent | null} sent */
export function remember(sent) {
  if (sent) sessionStorage.setItem(KEPT_AS, JSON.stringify(sent));
  else sessionStorage.removeItem(KEPT_AS);
}

/**
 * The digits of a code in what was typed or pasted: "123 456", or the whole message.
 * @param {string} text
 * @returns {string} at most 6 digits
 */
export function digitsIn(text) {
  const plain = text.normalize("NFKC");
  const whole = /(?<!\d)\d{6}(?!\d)/.exec(plain);
  return whole ? whole[0] : plain.replace(/\D/g, "").slice(0, 6);
}
