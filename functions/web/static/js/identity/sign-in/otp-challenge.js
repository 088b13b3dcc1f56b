/**
 * The latest code that was sent: its expiry and remaining tries. Survives a reload, because phones discard a page while
 * its reader looks for the SMS in another app.
 */

import { tabStorage } from "../../shell/storage.js";

const STORAGE_KEY = "bedside.code-sent";

/** Tries that the server allows per code. */
export const MAX_TRIES = 5;

/** Responses about the same code differ by rounding and network latency. In milliseconds. */
const TOLERANCE_MS = 5_000;

/** @typedef {{phone: string, expiresAt: number, resendAt: number, triesLeft: number}} OtpChallenge times in Unix ms */

/**
 * @param {import("openapi").SentCodeDocument} answer with the number as the server understood it; times in seconds
 * @param {number} now Unix ms
 * @param {OtpChallenge | null} before
 * @returns {OtpChallenge} with the remaining tries, if the response is about the same code as before
 */
export function newChallenge({ phone, expiresIn, resendAfter }, now, before) {
  const expiresAt = now + expiresIn * 1000;
  const same = before?.phone === phone && Math.abs(before.expiresAt - expiresAt) < TOLERANCE_MS;
  return { phone, expiresAt, resendAt: now + resendAfter * 1000, triesLeft: same ? before.triesLeft : MAX_TRIES };
}

/** @returns {OtpChallenge | null} */
export function loadChallenge() {
  try {
    const sent = JSON.parse(tabStorage.read(STORAGE_KEY) ?? "null");
    return typeof sent?.phone === "string" ? sent : null;
  } catch {
    return null;
  }
}

/** @param {OtpChallenge | null} sent */
export function saveChallenge(sent) {
  if (sent) tabStorage.write(STORAGE_KEY, JSON.stringify(sent));
  else tabStorage.remove(STORAGE_KEY);
}

/**
 * Extracts a code from typed or pasted text: "123 456", or the whole SMS. Digits stay in the script that they are
 * written in; the server reads them all.
 * @param {string} text
 * @returns {string} at most 6 digits
 */
export function digitsIn(text) {
  const groups = text.normalize("NFKC").match(/\p{Nd}+/gu) ?? [];
  return groups.find((group) => countDigits(group) === 6) ?? [...groups.join("")].slice(0, 6).join("");
}

/**
 * @param {string} digits
 * @returns {number} how many, though some scripts need two units of UTF-16 for one
 */
export function countDigits(digits) {
  return [...digits].length;
}
