/** The calls about commits of one encounter. */

/**
 * @typedef {import("openapi").CommitDocument} CommitDocument
 * @typedef {import("openapi").FileDocument} FileDocument
 * @typedef {(request: {method: string, path: string, body?: unknown, headers?: Record<string, string>}) => Promise<any>} Call
 */

export class CommitCalls {
  #call;
  #base;
  #images;

  /**
   * @param {Call} call
   * @param {string} encounterId
   */
  constructor(call, encounterId) {
    this.#call = call;
    this.#base = `/session/${encodeURIComponent(encounterId)}`;
    this.#images = `/session/images/${encodeURIComponent(encounterId)}`;
  }

  /** @returns {Promise<import("openapi").CapabilitiesDocument>} */
  capabilities() {
    return this.#call({ method: "GET", path: "/record/capabilities" });
  }

  /**
   * @param {import("openapi").CommitRequest} body
   * @param {string} key the same for the same request, however often it is made
   * @returns {Promise<CommitDocument>}
   */
  commit(body, key) {
    return this.#call({ method: "POST", path: `${this.#base}/commit`, body, headers: { "Idempotency-Key": key } });
  }

  /** @param {string} commitId @returns {Promise<CommitDocument>} */
  get(commitId) {
    return this.#call({ method: "GET", path: `${this.#base}/commits/${commitId}` });
  }

  /** @param {string} imageId @returns {Promise<import("openapi").BundleDocument>} */
  bundle(imageId) {
    return this.#call({ method: "GET", path: `${this.#images}/${imageId}/bundle` });
  }

  /** @param {{commitId: string, imageId: string}} file @returns {Promise<FileDocument>} */
  retry({ commitId, imageId }) {
    return this.#call({ method: "POST", path: `${this.#base}/commits/${commitId}/files/${imageId}/retry` });
  }

  /**
   * @param {{commitId: string, imageId: string}} file
   * @param {{documentId: string} | {absent: true}} found
   * @returns {Promise<FileDocument>}
   */
  resolve({ commitId, imageId }, found) {
    return this.#call({ method: "POST", path: `${this.#base}/commits/${commitId}/files/${imageId}/resolve`, body: found });
  }
}
