/** Times and durations as people read them. Pure, but for the page's language. */
import { noonOf } from "./dates.js";
import { locale, t } from "./messages.js";

/**
 * @param {string | null | undefined} instant ISO 8601
 * @returns {string} as the page's language writes it
 */
export function formatDateTime(instant) {
  const at = Date.parse(instant ?? "");
  return Number.isNaN(at) ? t("shell.never") : new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {number} at Unix milliseconds
 * @returns {string} the time of day, with the date unless it is today's, as the page's language writes it
 */
export function formatMoment(at) {
  const day = new Date(at);
  /** @type {Intl.DateTimeFormatOptions} */
  const date = day.toDateString() === new Date().toDateString() ? {} : { day: "numeric", month: "short" };
  if (day.getFullYear() !== new Date().getFullYear()) date.year = "numeric";
  return day.toLocaleString(locale, { ...date, hour: "numeric", minute: "2-digit" });
}

/**
 * @param {number} ms less than 0 counts as 0
 * @returns {string} "9:05"
 */
export function minutesAndSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {string} date such as 2026-12-01 @returns {string} "Tuesday, 1 December", with the year unless it is this one */
export function formatDate(date) {
  const day = noonOf(date);
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { weekday: "long", day: "numeric", month: "long" };
  if (day.getFullYear() !== new Date().getFullYear()) form.year = "numeric";
  return day.toLocaleDateString(locale, form);
}
