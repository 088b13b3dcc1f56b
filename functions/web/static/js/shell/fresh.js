/** What is kept for a short while, such as a list that a search goes through with every letter that is typed. */

/** What was loaded is used for this long. In milliseconds. */
const FRESH_MS = 60_000;

/**
 * @template T, A
 * @param {(about: A) => Promise<T>} load
 * @returns {(about: A) => Promise<T>} what was loaded in the last minute, or is loaded anew; a failure is not kept
 */
export function keptFresh(load) {
  /** @type {Promise<T> | null} */
  let kept = null;
  let at = 0;
  return (about) => {
    if (kept && Date.now() - at < FRESH_MS) return kept;
    const mine = (kept = load(about));
    at = Date.now();
    mine.catch(() => (kept = kept === mine ? null : kept));
    return mine;
  };
}
