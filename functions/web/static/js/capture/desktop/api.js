/** The API calls of the desktop's page. */
import { HttpProblem, call, callWithRetry, exchange, retry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";

/**
 * @typedef {import("./images.js").List} List
 * @typedef {import("./images.js").Photo} Photo
 * @typedef {import("../metadata.js").Change} Change
 * @typedef {import("openapi").OpenRequest} Encounter
 * @typedef {import("../../shell/live/channel.js").Live} Live
 * @typedef {Omit<import("openapi").OpenedSessionDocument, "live"> & {live: Live}} Session
 */

export class CaptureApi {
  /**
   * Opens the encounter's session, also one that has ended, or joins the open one: only when a person asks for it.
   * @param {Encounter} encounter
   * @returns {Promise<Session>}
   */
  create(encounter) {
    return this.#callWithRetry("POST", "/session/create", encounter);
  }

  /**
   * Joins the encounter's open session; 404 if it has ended.
   * @param {Encounter} encounter
   * @returns {Promise<Session>}
   */
  join(encounter) {
    return this.#callWithRetry("POST", "/session/create", { ...encounter, renew: true });
  }

  /**
   * Returns a new code of the open session; 404 if it has ended. Without names: the directory may have changed them.
   * @param {Encounter} encounter
   * @param {boolean} endEarlierCodes
   * @returns {Promise<Session>}
   */
  renew({ encounterId, patientId, facilityId }, endEarlierCodes) {
    return this.join({ encounterId, patientId, facilityId, ...(endEarlierCodes && { endEarlierCodes }) });
  }

  /**
   * Lists all photos of the session. Without retries: the live channel fetches again anyway.
   * @param {string} encounterId
   * @returns {Promise<List>}
   */
  list(encounterId) {
    return withAccessToken((token) => call("GET", sessionPath("images", encounterId), { token }));
  }

  /**
   * Returns credentials for the live channel. Without retries, as for the list.
   * @param {string} encounterId
   * @returns {Promise<Live>}
   */
  live(encounterId) {
    return withAccessToken((token) => call("POST", "/session/live-ticket", { token, body: { encounterId } }));
  }

  /**
   * Returns a token for photos from this computer. Without retries: the photos wait, and say why.
   * @param {string} encounterId
   * @returns {Promise<import("openapi").UploadTokenDocument>}
   */
  uploadToken(encounterId) {
    return withAccessToken((token) => call("POST", "/session/upload-token", { token, body: { encounterId } }));
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @param {Change} change
   * @returns {Promise<Photo>}
   */
  describe(encounterId, imageId, change) {
    return this.#callWithRetry("PATCH", sessionPath("images", encounterId, imageId), { metadata: change });
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   */
  async remove(encounterId, imageId) {
    await ignoreNotFound(this.#callWithRetry("DELETE", sessionPath("images", encounterId, imageId)));
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @param {boolean} kept whether to keep the photo, or to release it
   * @returns {Promise<Photo>}
   */
  keep(encounterId, imageId, kept) {
    return this.#callWithRetry(kept ? "POST" : "DELETE", sessionPath("images", encounterId, imageId, "keep"));
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @returns {Promise<import("./edits.js").Current>}
   */
  edits(encounterId, imageId) {
    return this.#exchangeEdits("GET", encounterId, imageId);
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @param {import("./edits.js").Edits} edits
   * @param {number} version that they replace; another one is a 412
   */
  saveEdits(encounterId, imageId, edits, version) {
    return this.#exchangeEdits("PUT", encounterId, imageId, { body: edits, headers: { "if-match": `"${version}"` } });
  }

  /**
   * @param {string} encounterId
   * @param {string} imageId
   * @returns {Promise<import("openapi").EditHistoryDocument>} newest first
   */
  editHistory(encounterId, imageId) {
    return this.#callWithRetry("GET", sessionPath("images", encounterId, imageId, "edits", "history"));
  }

  /**
   * @param {string} encounterId
   * @param {string} phoneId
   * @param {boolean} admitted whether to let the phone in, or to refuse it
   * @returns {Promise<import("openapi").PhoneDocument[]>}
   */
  async admit(encounterId, phoneId, admitted) {
    return (await this.#callWithRetry("PUT", sessionPath("phones", encounterId, phoneId), { admitted })).phones;
  }

  /**
   * @param {string} encounterId
   * @param {import("../consent.js").Choice} choice
   * @param {import("../consent.js").Consent | null} replaced
   * @returns {Promise<import("../consent.js").Consent>} another one than the replaced is a 412
   */
  recordConsent(encounterId, choice, replaced) {
    return this.#callWithRetry("PUT", sessionPath("consent", encounterId), choice, replaced?.at ?? 0);
  }

  /**
   * @param {string} encounterId
   * @param {string[]} imageIds in their order
   * @param {number} version of the order that they replace; another one is a 412
   * @returns {Promise<import("openapi").ArrangedImagesDocument>} as they are now
   */
  arrange(encounterId, imageIds, version) {
    return this.#callWithRetry("PUT", sessionPath("images", encounterId, "order"), { imageIds }, version);
  }

  /** @param {string} encounterId */
  async end(encounterId) {
    await ignoreNotFound(this.#callWithRetry("DELETE", sessionPath(encounterId)));
  }

  /** @type {(method: string, encounterId: string, imageId: string, about?: object) => Promise<import("./edits.js").Current>} */
  async #exchangeEdits(method, encounterId, imageId, about) {
    const path = sessionPath("images", encounterId, imageId, "edits");
    const { body, etag } = await withAccessToken((token) => retry(() => exchange(method, path, { token, ...about })));
    return { edits: body, version: Number(etag.replace(/\D/g, "")) };
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {number} [version] that it replaces
   */
  #callWithRetry(method, path, body, version) {
    const headers = version === undefined ? undefined : { "if-match": `"${version}"` };
    return withAccessToken((token) => callWithRetry(method, path, { token, body, headers }));
  }
}

/** @param {string[]} parts */
function sessionPath(...parts) {
  return ["/session", ...parts.map(encodeURIComponent)].join("/");
}

/**
 * Treats 404 as success: the object is already deleted.
 * @param {Promise<unknown>} request
 */
async function ignoreNotFound(request) {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof HttpProblem && error.status === 404)) throw error;
  }
}
