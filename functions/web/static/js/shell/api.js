/** Calls that carry the sign-in of whoever is here. */
import { call, callWithRetry } from "./http.js";
import { withAccessToken } from "./tokens.js";

/**
 * One signed call, one try.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export function apiCall(method, path, body, headers) {
  return withAccessToken((token) => call(method, path, { token, body, headers }));
}

/**
 * One signed call with retries, for what only reads.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function apiGet(path) {
  return withAccessToken((token) => callWithRetry("GET", path, { token }));
}
