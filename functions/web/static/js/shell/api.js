/** Calls that carry the sign-in of whoever is here. */
import { call, callWithRetry } from "./http.js";
import { authorized } from "./tokens.js";

/**
 * One signed call, one try.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export function signed(method, path, body, headers) {
  return authorized((token) => call(method, path, { token, body, headers }));
}

/**
 * One signed call with retries, for what only reads.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function read(path) {
  return authorized((token) => callWithRetry("GET", path, { token }));
}
