/** The capture calls of the desk, each with the clinician's token; a refused token is renewed once and the call repeated. */
import { HttpProblem, call, callWithRetry } from "../http.js";

/**
 * @typedef {import("./images.js").List} List
 * @typedef {import("./images.js").Photo} Photo
 * @typedef {import("../sites.js").Metadata} Metadata
 * @typedef {{encounterId: string, patientId: string, facilityId: string, patientName?: string,
 *   patientNHI?: string}} Encounter
 * @typedef {{url: string, ticket: string, provider?: undefined}} SocketLive
 * @typedef {{provider: "ably", channel: string, tokenRequest: {keyName: string}, restUrl: string,
 *   realtimeUrl: string}} AblyLive
 * @typedef {SocketLive | AblyLive} Live
 * @typedef {{token: string, mobileUrl: string, qrSvg: string, expiresIn: number, sessionExpiresAt: unknown,
 *   live: Live}} Session
 */

export class CaptureApi {
  #token;
  #renew;
  /** @type {Promise<string> | null} */
  #renewing = null;

  /**
   * @param {string} token
   * @param {(refused: string) => Promise<string>} renew gives a new token, asking the clinician if it must
   */
  constructor(token, renew) {
    this.#token = token;
    this.#renew = renew;
  }

  /**
   * Opens the encounter's session, or gives a new code for the one that is open.
   * @param {Encounter} encounter
   * @returns {Promise<Session>}
   */
  create(encounter) {
    return this.#patiently("POST", "/session/create", encounter);
  }

  /**
   * All photos of the session. One try: whoever watches the session asks again anyway.
   * @param {string} encounterId
   * @returns {Promise<List>}
   */
  list(encounterId) {
    return this.#signed((token) => call("GET", sessionPath("images", encounterId), { token }));
  }

  /**
   * The next way into the live channel. One try, as for the list.
   * @param {string} encounterId
   * @returns {Promise<Live>}
   */
  live(encounterId) {
    return this.#signed((token) => call("POST", "/session/live-ticket", { token, body: { encounterId } }));
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @param {Metadata} metadata replaces what was there
   * @returns {Promise<Photo>}
   */
  describe(encounterId, imageId, metadata) {
    return this.#patiently("PATCH", sessionPath("images", encounterId, imageId), { metadata });
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   */
  async remove(encounterId, imageId) {
    await goneIsFine(this.#patiently("DELETE", sessionPath("images", encounterId, imageId)));
  }

  /** @param {string} encounterId */
  async end(encounterId) {
    await goneIsFine(this.#patiently("DELETE", sessionPath(encounterId)));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   */
  #patiently(method, path, body) {
    return this.#signed((token) => callWithRetry(method, path, { token, body }));
  }

  /**
   * @param {(token: string) => Promise<any>} request
   * @returns {Promise<any>}
   */
  async #signed(request) {
    const used = this.#token;
    try {
      return await request(used);
    } catch (error) {
      if (!(error instanceof HttpProblem && error.status === 401)) throw error;
    }
    // Several calls may be refused at once; the clinician is asked once.
    if (used === this.#token) {
      this.#renewing ??= this.#renew(used).finally(() => (this.#renewing = null));
      this.#token = await this.#renewing;
    }
    return request(this.#token);
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
async function goneIsFine(request) {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof HttpProblem && error.status === 404)) throw error;
  }
}
