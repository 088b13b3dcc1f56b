/**
 * Loads one photo, or its small picture, into an <img> from its presigned URL, switches to a new URL when the old one
 * expires, and recovers from failures. A URL in use is kept while it is valid, because a new one would load the same
 * bytes again.
 */

/** A URL this close to its expiry is no longer used. In milliseconds. */
export const URL_MARGIN_MS = 120_000;

/** After this many failures in a row the photo is marked as failed, and retried only occasionally or by hand. */
const TRIES = 3;

/** @type {number} milliseconds */
const REST_MS = 20_000;

export class ImageLoader {
  #image;
  #holder;
  #onFailed;
  #find;
  #url = "";
  #expiresAt = 0;
  #failures = 0;
  #failedAt = 0;
  #broken = false;

  /**
   * @param {HTMLImageElement} image
   * @param {HTMLElement} holder carries data-state: loading, loaded or failed
   * @param {() => void} onFailed asks for new URLs
   * @param {((url: string) => Promise<string>) | null} [find] what is to be shown of the photo with this URL
   */
  constructor(image, holder, onFailed, find = null) {
    this.#image = image;
    this.#holder = holder;
    this.#onFailed = onFailed;
    this.#find = find;
    holder.dataset.state = "loading";
    image.addEventListener("load", () => {
      URL.revokeObjectURL(image.src); // which other URLs ignore
      this.#failures = 0;
      holder.dataset.state = "loaded";
    });
    image.addEventListener("error", () => this.#fail());
  }

  /** Whether it has failed too often to be retried at once. */
  get failed() {
    return this.#failures >= TRIES;
  }

  /** @param {{downloadUrl: string | null, expiresAt: number}} photo */
  show({ downloadUrl, expiresAt }) {
    if (!downloadUrl || downloadUrl === this.#url) return;
    const stale = this.#expiresAt - Date.now() < URL_MARGIN_MS;
    if (this.#url && !this.#broken && !stale) return;
    if (this.failed && Date.now() - this.#failedAt < REST_MS) return;
    this.#url = downloadUrl;
    this.#expiresAt = expiresAt;
    this.#broken = false;
    if (this.#find) void this.#showFound(downloadUrl, this.#find);
    else this.#image.src = downloadUrl;
  }

  /** @param {string} url @param {(url: string) => Promise<string>} find */
  async #showFound(url, find) {
    try {
      const found = await find(url);
      if (url === this.#url) this.#image.src = found;
      else URL.revokeObjectURL(found);
    } catch {
      if (url === this.#url) this.#fail();
    }
  }

  /** Prepares for another photo, or for a retry by hand. */
  reset() {
    this.#url = "";
    this.#failures = 0;
    this.#broken = false;
    this.#holder.dataset.state = "loading";
    this.#image.removeAttribute("src");
  }

  #fail() {
    if (!this.#url) return;
    this.#broken = true;
    this.#failures += 1;
    this.#failedAt = Date.now();
    this.#holder.dataset.state = this.failed ? "failed" : "loading";
    if (!this.failed) setTimeout(() => this.#onFailed(), 500 * 2 ** this.#failures);
  }
}
