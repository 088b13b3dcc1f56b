/** The server's time, from its last response: a computer's own clock may be wrong by minutes, or be changed. */

let offset = Date.now() - performance.now();

/** @param {string} serverTime ISO 8601 */
export function syncClock(serverTime) {
  const at = Date.parse(serverTime);
  if (!Number.isNaN(at)) offset = at - performance.now();
}

/** @returns {number} Unix ms */
export function serverNow() {
  return offset + performance.now();
}

/**
 * @param {string | null} instant ISO 8601
 * @returns {number} milliseconds until then, never less than 0; 0 for none
 */
export function msUntil(instant) {
  return instant ? Math.max(0, Date.parse(instant) - serverNow()) : 0;
}
