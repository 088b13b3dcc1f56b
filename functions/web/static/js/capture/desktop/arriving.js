/**
 * Photos on their way: previews that phones have sent ahead of them. A preview goes when its photo has arrived, was
 * deleted or refused, or when no phone holds an unsent photo any more.
 *
 * @typedef {{type: string, imageId?: string, preview?: string, takenAt?: number, takenOrder?: number}} Message
 * @typedef {{imageId: string, preview: string, takenAt: number, takenOrder: number, since: number, late: boolean}} Arriving
 */

/** After this long a photo is said to be late, in milliseconds. */
export const LATE_MS = 20_000;

/** Phones report what they hold every few seconds; an older list may not know of a photo just taken. In milliseconds. */
const REPORTED_MS = 30_000;

export class ArrivingPhotos {
  /** @type {Map<string, Arriving>} */
  #previews = new Map();

  /**
   * @param {Message} message
   * @param {number} now
   * @returns {boolean} whether anything changed
   */
  put({ imageId, preview = "", takenAt, takenOrder = 0 }, now) {
    if (typeof imageId !== "string" || !/^data:image\/(jpeg|webp);base64,/.test(preview)) return false;
    this.#previews.set(imageId, { imageId, preview, takenAt: takenAt ?? now, takenOrder, since: now, late: false });
    return true;
  }

  /** @param {string} imageId */
  drop(imageId) {
    return this.#previews.delete(imageId);
  }

  /**
   * @param {{unsentPhotos?: number | null}} list the session's latest
   * @param {number} now
   * @returns {boolean} whether anything changed
   */
  applyList({ unsentPhotos }, now) {
    const gone = [...this.#previews.values()].filter(({ since }) => !unsentPhotos && now - since > REPORTED_MS);
    for (const { imageId } of gone) this.#previews.delete(imageId);
    return gone.length > 0;
  }

  /**
   * Previews in the order in which their photos were taken.
   * @param {(imageId: string) => boolean} known whether a photo has arrived, or was deleted
   * @param {number} now
   */
  list(known, now) {
    for (const preview of this.#previews.values()) {
      if (known(preview.imageId)) this.#previews.delete(preview.imageId);
      else preview.late = now - preview.since >= LATE_MS;
    }
    return [...this.#previews.values()];
  }
}
