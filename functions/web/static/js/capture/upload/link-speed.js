/** How fast photos leave this device, measured while some are on their way, however many share the link. */
export class LinkSpeed {
  /** Bytes per second; null until something has been measured. @type {number | null} */
  rate = null;
  #uploads = 0;
  #since = 0;
  #bytes = 0;

  /** @param {number} now milliseconds */
  begin(now) {
    if (this.#uploads === 0) [this.#since, this.#bytes] = [now, 0];
    this.#uploads += 1;
  }

  /**
   * An upload is over. The rate is that of the whole time in which something was sent, and half of it is older news.
   * @param {number} bytes that arrived
   * @param {number} now
   */
  end(bytes, now) {
    this.#uploads -= 1;
    this.#bytes += bytes;
    if (this.#uploads > 0 || this.#bytes === 0) return;
    const rate = (this.#bytes * 1000) / Math.max(1, now - this.#since);
    this.rate = this.rate === null ? rate : (this.rate + rate) / 2;
  }
}
