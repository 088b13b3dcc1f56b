/** Calendar dates on the reader's clock, as the API writes them. Pure, but for the browser's time zone. */

import { dateOf, noonOf } from "../shell/dates.js";

/** @param {string} date @param {number} days @returns {string} */
export function daysAfter(date, days) {
  const day = noonOf(date);
  day.setDate(day.getDate() + days);
  return dateOf(day);
}

/**
 * @template {{startsAt: string}} T
 * @param {T[]} slots in order
 * @returns {Map<string, T[]>} by the date on which they start
 */
export function byDate(slots) {
  /** @type {Map<string, T[]>} */
  const days = new Map();
  for (const slot of slots) {
    const date = dateOf(new Date(slot.startsAt));
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  return days;
}
