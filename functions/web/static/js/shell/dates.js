/** Dates and times on the reader's clock, as the API and forms write them. Pure, but for the browser's time zone. */

/** @param {Date} day @returns {string} "2026-12-01" */
export function dateOf(day) {
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}

/**
 * @param {number} at Unix ms
 * @returns {string} "2026-12-01T09:30", as a field for a date and time has it
 */
export function fieldTime(at) {
  const time = new Date(at);
  return `${dateOf(time)}T${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
}

/** @param {string} date @returns {Date} its noon, which every clock shows */
export function noonOf(date) {
  return new Date(`${date}T12:00:00`);
}
