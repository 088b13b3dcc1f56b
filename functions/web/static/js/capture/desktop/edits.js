/** What is drawn on photos: read once for each version, and saved so that nobody's is lost. */
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";

/**
 * @typedef {import("openapi").Edits} Edits
 * @typedef {{imageId: string, editsVersion: number}} Version
 * @typedef {{edits: Edits, version: number}} Current
 * @typedef {{current: () => Promise<Current | {failure: string}>,
 *   save: (edits: Edits, version: number) => Promise<{saved: Edits, version: number} | {theirs: Edits, version: number} |
 *     {failure: string}>,
 *   history: () => Promise<import("openapi").EditHistoryDocument | {failure: string}>}} EditsOfPhoto failures are told
 *   by their reasons, because scripts that are loaded later do not know the page's errors
 */

export class PhotoEdits {
  #api;
  #encounterId;
  /** @type {Map<string, Promise<Edits>>} */
  #known = new Map();

  /**
   * @param {import("./api.js").CaptureApi} api
   * @param {string} encounterId
   */
  constructor(api, encounterId) {
    this.#api = api;
    this.#encounterId = encounterId;
  }

  /** @param {Version} photo with a version @returns {Promise<Edits>} */
  find({ imageId, editsVersion }) {
    const key = `${imageId} ${editsVersion}`;
    let found = this.#known.get(key);
    if (!found) {
      found = this.#api.edits(this.#encounterId, imageId).then(({ edits }) => edits);
      this.#known.set(key, found);
      found.catch(() => this.#known.delete(key));
    }
    return found;
  }

  /** @param {string} imageId @returns {EditsOfPhoto} */
  of(imageId) {
    const current = () => this.#api.edits(this.#encounterId, imageId);
    return {
      current: () => current().catch((error) => ({ failure: errorMessage(error) })),
      save: async (edits, version) => {
        try {
          const answer = await this.#api.saveEdits(this.#encounterId, imageId, edits, version);
          this.#known.set(`${imageId} ${answer.version}`, Promise.resolve(answer.edits));
          return { saved: answer.edits, version: answer.version };
        } catch (error) {
          const failure = (/** @type {unknown} */ because) => ({ failure: errorMessage(because) });
          if (!(error instanceof HttpProblem && error.status === 412)) return failure(error);
          return current().then(({ edits: theirs, version: newer }) => ({ theirs, version: newer }), failure);
        }
      },
      history: () => this.#api.editHistory(this.#encounterId, imageId)
        .catch((error) => ({ failure: errorMessage(error) })),
    };
  }
}
