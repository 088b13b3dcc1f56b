/** Whether a connection is too weak for video, from what the room reports of it and from how often it breaks. Pure. */

/** The room's qualities, as those of 100ms: 0 for none to 5 for excellent. */
const WEAK = 1;
const WELL = 3;

/** Short dips are no reason to give up the picture, nor is a short peak one to have it back. In milliseconds. */
export const WEAK_FOR_MS = 8_000;
export const WELL_FOR_MS = 15_000;

/** A room that reports nothing: so many breaks in this time are the same. */
const BREAKS = 2;
const BREAKS_WITHIN_MS = 180_000;

export class WeakConnection {
  /** Since when the quality has been weak, or well; null if it is neither. @type {number | null} */
  #weakSince = null;
  /** @type {number | null} */
  #wellSince = null;
  /** @type {number[]} */
  #breaks = [];

  /**
   * @param {number} quality
   * @param {number} now in milliseconds
   */
  report(quality, now) {
    this.#weakSince = quality <= WEAK ? (this.#weakSince ?? now) : null;
    this.#wellSince = quality >= WELL ? (this.#wellSince ?? now) : null;
  }

  /** @param {number} now */
  broke(now) {
    this.#breaks = [...this.#breaks.filter((at) => now - at < BREAKS_WITHIN_MS), now];
    // What was reported before is about another connection.
    this.#weakSince = this.#wellSince = null;
  }

  /** @param {number} now */
  isWeak(now) {
    return this.#breaks.length >= BREAKS || (this.#weakSince !== null && now - this.#weakSince >= WEAK_FOR_MS);
  }

  /** @param {number} now */
  isWell(now) {
    return this.#wellSince !== null && now - this.#wellSince >= WELL_FOR_MS;
  }

  /** Starts anew: video is tried once more. */
  forget() {
    this.#weakSince = this.#wellSince = null;
    this.#breaks = [];
  }
}
