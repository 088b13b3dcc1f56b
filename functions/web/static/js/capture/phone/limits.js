/** Limits of the phone's page. */

/** Photos are compressed below this size, in bytes. */
export const PHOTO_MAX_BYTES = 1_000_000;

export const PARALLEL = 3;

/** Longest sides to try, in pixels, largest first. @type {readonly number[]} */
export const SIDES = Object.freeze([2560, 2048, 1600, 1280, 800]);

/** JPEG qualities to try at each size. @type {readonly number[]} */
export const QUALITIES = Object.freeze([0.85, 0.75, 0.6]);

/** An upload without progress for this long is aborted, in milliseconds. */
export const STALL_MS = 20_000;

/** An upload that takes longer is aborted, in milliseconds. */
export const UPLOAD_DEADLINE_MS = 120_000;

/** An upload URL this close to its expiry is renewed, in milliseconds. */
export const URL_MARGIN_MS = 5_000;

/** Older photos are deleted, sent or not: the server's copy lives no longer. In milliseconds. */
export const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * @param {number} chosen
 * @param {number} used photos in the session and waiting on this phone
 * @param {number} max
 * @returns {{take: number, over: number}}
 */
export function fit(chosen, used, max) {
  const take = Math.max(0, Math.min(chosen, max - used));
  return { take, over: chosen - take };
}

/**
 * The sizes to draw a picture at, largest first, never larger than it is.
 * @param {number} width
 * @param {number} height
 * @returns {{width: number, height: number}[]}
 */
export function sizes(width, height) {
  const longest = Math.max(width, height);
  const sides = [...new Set(SIDES.map((side) => Math.min(side, longest)))];
  return sides.map((side) => ({
    width: Math.max(1, Math.round((width * side) / longest)),
    height: Math.max(1, Math.round((height * side) / longest)),
  }));
}
