/** Limits of photos on their way to the server. */

/** Photos are compressed below this size, in bytes. */
export const PHOTO_MAX_BYTES = 1_000_000;

/** A preview's longest side in pixels, and its size in bytes. */
export const PREVIEW_SIDE = 320;
export const PREVIEW_MAX_BYTES = 12 * 1024;

/** Qualities to try for small pictures. @type {readonly number[]} */
export const SMALL_QUALITIES = Object.freeze([0.7, 0.5, 0.3, 0.1]);

export const PARALLEL = 3;

/**
 * Longest sides of a 4:3 picture to try, in pixels, largest first. The last is what a clinician needs to judge skin; how
 * fast the link has to be for the others, in bytes per second, so that a photo is on its way for some 4 seconds at most.
 * @type {readonly {side: number, rate: number}[]}
 */
const SIDES = Object.freeze([
  { side: 2560, rate: 250_000 },
  { side: 2048, rate: 150_000 },
  { side: 1600, rate: 0 },
]);

/** No browser draws more pixels in a row. */
const LONGEST = 16_000;

/** JPEG qualities to try at each size, and those below that only the smallest may need. @type {readonly number[]} */
export const QUALITIES = Object.freeze([0.85, 0.75, 0.6]);
export const LAST_QUALITIES = Object.freeze([...QUALITIES, 0.4, 0.2, 0.05]);

/** An upload without progress for this long is aborted, in milliseconds. */
export const STALL_MS = 20_000;

/** An upload that takes longer is aborted, in milliseconds. */
export const UPLOAD_DEADLINE_MS = 120_000;

/** An upload URL this close to its expiry is renewed, in milliseconds. */
export const URL_MARGIN_MS = 5_000;

/**
 * @param {number} chosen
 * @param {number} used photos in the session and waiting here
 * @param {number} max
 * @returns {{take: number, over: number}}
 */
export function fit(chosen, used, max) {
  const take = Math.max(0, Math.min(chosen, max - used));
  return { take, over: chosen - take };
}

/**
 * The sizes to draw a picture at, largest first, never larger than it is. A longer picture, such as a panorama or the
 * screenshot of a page, gets as many pixels as one of 4:3, so that its text stays readable.
 * @param {number} width
 * @param {number} height
 * @param {number | null} [rate] of the link, in bytes per second, if it has been measured: a slow one gets smaller photos
 * @returns {{width: number, height: number}[]}
 */
export function sizes(width, height, rate = null) {
  const longest = Math.max(width, height);
  const scales = SIDES.filter((each) => rate === null || each.rate <= rate).map(({ side }) => {
    const byArea = side * Math.sqrt(0.75 / (width * height));
    return Math.min(1, Math.max(side / longest, byArea), LONGEST / longest);
  });
  return [...new Set(scales)].map((scale) => ({
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }));
}
