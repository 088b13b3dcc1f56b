/** Times and durations as people read them. Pure, but for the browser's locale. */

/**
 * @param {string | null | undefined} instant ISO 8601
 * @returns {string} in the browser's locale
 */
export function formatDateTime(instant) {
  const at = Date.parse(instant ?? "");
  return Number.isNaN(at) ? "Never" : new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {number} ms less than 0 counts as 0
 * @returns {string} "9:05"
 */
export function minutesAndSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
