/** The capture calls of the desk, each signed for whoever is signed in. */
import { HttpProblem, call, callWithRetry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";

/**
 * @typedef {import("./images.js").List} List
 * @typedef {import("./images.js").Photo} Photo
 * @typedef {import("../metadata.js").Metadata} Metadata
 * @typedef {{encounterId: string, patientId: string, facilityId: string, patientName?: string,
 *   patientNHI?: string}} Encounter
 * @typedef {import("../../shell/live/channel.js").Live} Live
 * @typedef {{token: string, mobileUrl: string, qrSvg: string, expiresIn: number, sessionExpiresAt: unknown,
 *   live: Live}} Session
 */

export class CaptureApi {
  /**
   * Opens the encounter's session, or gives a new code for the one that is open.
   * @param {Encounter} encounter
   * @returns {Promise<Session>}
   */
  create(encounter) {
    return this.#callWithRetry("POST", "/session/create", encounter);
  }

  /**
   * All photos of the session. One try: whoever watches the session asks again anyway.
   * @param {string} encounterId
   * @returns {Promise<List>}
   */
  list(encounterId) {
    return withAccessToken((token) => call("GET", sessionPath("images", encounterId), { token }));
  }

  /**
   * The next way into the live channel. One try, as for the list.
   * @param {string} encounterId
   * @returns {Promise<Live>}
   */
  live(encounterId) {
    return withAccessToken((token) => call("POST", "/session/live-ticket", { token, body: { encounterId } }));
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @param {Metadata} metadata replaces what was there
   * @returns {Promise<Photo>}
   */
  describe(encounterId, imageId, metadata) {
    return this.#callWithRetry("PATCH", sessionPath("images", encounterId, imageId), { metadata });
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   */
  async remove(encounterId, imageId) {
    await ignoreNotFound(this.#callWithRetry("DELETE", sessionPath("images", encounterId, imageId)));
  }

  /** @param {string} encounterId */
  async end(encounterId) {
    await ignoreNotFound(this.#callWithRetry("DELETE", sessionPath(encounterId)));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  #callWithRetry(method, path, body) {
    return withAccessToken((token) => callWithRetry(method, path, { token, body }));
  }
}

/** @param {string[]} parts */
function sessionPath(...parts) {
  return ["/session", ...parts.map(encodeURIComponent)].join("/");
}

/**
 * What is to be removed and is already gone, is removed.
 * @param {Promise<unknown>} request
 */
async function ignoreNotFound(request) {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof HttpProblem && error.status === 404)) throw error;
  }
}
