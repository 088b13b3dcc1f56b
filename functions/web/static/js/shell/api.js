/** API calls with the access token of the signed-in person. */
import { call, callWithRetry } from "./http.js";
import { withAccessToken } from "./tokens.js";

/**
 * One call, without retries.
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
 * A GET with retries.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function apiGet(path) {
  return withAccessToken((token) => callWithRetry("GET", path, { token }));
}
