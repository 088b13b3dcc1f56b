/** Files of the API, as text. */
import { DEADLINE_MS, HttpProblem, NetworkFailure } from "../shell/http.js";
import { withAccessToken } from "../shell/tokens.js";

/**
 * @param {string} path
 * @param {string} accept the file's type
 * @returns {Promise<string>} the file, in the page's language
 */
export function getFile(path, accept) {
  return withAccessToken(async (token) => {
    const headers = { accept, "accept-language": document.documentElement.lang, authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const response = await fetch(path, { headers, signal, cache: "no-store", credentials: "omit", redirect: "error" }).catch(() => {
      throw new NetworkFailure("network");
    });
    if (!response.ok) throw new HttpProblem(response.status);
    return response.text();
  });
}
