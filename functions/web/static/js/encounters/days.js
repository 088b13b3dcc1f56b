/** Groups what has a time by day. Pure, but for the page's language and the browser's time zone. */
import { locale, t } from "../shell/messages.js";

/**
 * @template T
 * @param {T[]} items in the order to show
 * @param {(item: T) => string} at an instant (ISO 8601)
 * @returns {{day: string, items: T[]}[]} each run of items of one day, with the day's name
 */
export function byDay(items, at) {
  /** @type {{key: string, day: string, items: T[]}[]} */
  const found = [];
  for (const item of items) {
    const date = new Date(at(item));
    const key = date.toDateString();
    const last = found.at(-1);
    if (last?.key === key) last.items.push(item);
    else found.push({ key, day: dayName(date, new Date()), items: [item] });
  }
  return found;
}

/**
 * @param {Date} date
 * @param {Date} now
 * @returns {string} t("encounters.today"), t("encounters.yesterday"), t("encounters.tomorrow") or "Saturday, 21 November"
 */
export function dayName(date, now) {
  const days = Math.round((midnight(date) - midnight(now)) / 86_400_000);
  const near = { "-1": t("encounters.yesterday"), 0: t("encounters.today"), 1: t("encounters.tomorrow") }[days];
  if (near) return near;
  /** @type {Intl.DateTimeFormatOptions} */
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** @param {string} instant */
export function timeOf(instant) {
  return new Date(instant).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** @param {Date} date */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
