/** A lock that one tab of this browser holds at a time. */

/**
 * Runs `work` in one tab at a time.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  // Without Web Locks, several tabs may refresh at once: each gets a successor, and the one stored last is used.
  if (!navigator.locks) return work();
  return /** @type {Promise<T>} */ (navigator.locks.request("bedside.sign-in", work));
}
