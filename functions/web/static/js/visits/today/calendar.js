/**
 * Days, weeks and months, the hours of a day, and time zones. Pure, but for the browser's locale and time zone.
 *
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {"day" | "week" | "month"} Span
 * @typedef {{kind: "hour", at: number} | {kind: "now", at: number} | {kind: "visit", visit: Visit}} Row
 */
import { dateOf } from "../../shell/dates.js";

/** @type {readonly Span[]} */
const SPANS = Object.freeze(["day", "week", "month"]);

/**
 * @param {Span} span
 * @param {number} at Unix ms
 * @returns {{start: Date, end: Date}} from midnight to midnight; a week begins on Monday, and a day may have 23 hours
 */
export function periodOf(span, at) {
  const start = new Date(at);
  start.setHours(0, 0, 0, 0);
  if (span === "week") start.setDate(start.getDate() - ((start.getDay() + 6) % 7));
  if (span === "month") start.setDate(1);
  return { start, end: new Date(stepped(span, start.getTime(), 1)) };
}

/**
 * @param {Span} span
 * @param {number} at Unix ms
 * @param {number} steps
 * @returns {number} so many days, weeks or months later; the end of a shorter month stays in that month
 */
export function stepped(span, at, steps) {
  const next = new Date(at);
  if (span !== "month") {
    next.setDate(next.getDate() + steps * (span === "week" ? 7 : 1));
    return next.getTime();
  }
  const day = next.getDate();
  next.setDate(1);
  next.setMonth(next.getMonth() + steps);
  const last = new Date(next.getFullYear(), next.getMonth() + 1, 0).getDate();
  next.setDate(Math.min(day, last));
  return next.getTime();
}

/**
 * @param {Date} start
 * @param {Date} end
 * @returns {Date[]} the midnights at which the days of a period begin
 */
export function daysOf(start, end) {
  const days = [];
  for (let day = start; day < end; day = new Date(stepped("day", day.getTime(), 1))) days.push(day);
  return days;
}

/**
 * A day's visits under the hours in which they start, with a mark where now is.
 * @param {readonly Visit[]} visits
 * @param {number} now Unix ms
 * @param {boolean} isToday whether the day has a now
 * @returns {Row[]}
 */
export function rowsOf(visits, now, isToday) {
  /** @type {Row[]} */
  const rows = [];
  let hour = NaN;
  let isMarked = !isToday;
  const mark = () => {
    if (!isMarked) rows.push({ kind: "now", at: now });
    isMarked = true;
  };
  for (const visit of sorted(visits)) {
    const at = Date.parse(visit.startsAt);
    const begins = hourOf(at);
    // The mark stands before the hour that it is not in, and within its own.
    if (at > now && hourOf(now) !== begins) mark();
    if (begins !== hour) rows.push({ kind: "hour", at: begins });
    if (at > now) mark();
    hour = begins;
    rows.push({ kind: "visit", visit });
  }
  mark();
  return rows;
}

/**
 * @param {readonly Visit[]} visits
 * @returns {Map<string, Visit[]>} by `dateOf`
 */
export function byDay(visits) {
  /** @type {Map<string, Visit[]>} */
  const days = new Map();
  for (const visit of sorted(visits)) {
    const key = dateOf(new Date(visit.startsAt));
    days.set(key, [...(days.get(key) ?? []), visit]);
  }
  return days;
}

/**
 * What an address names, "#week=2026-11-30"; today where it names nothing that there is.
 * @param {string} hash
 * @param {number} now Unix ms
 * @returns {{span: Span, at: number}}
 */
export function fromHash(hash, now) {
  const [, name, year, month, day] = /^#(day|week|month)=(\d{4})-(\d\d)-(\d\d)$/.exec(hash) ?? [];
  const at = new Date(Number(year), Number(month) - 1, Number(day));
  const span = SPANS.find((each) => each === name);
  if (!span || dateOf(at) !== hash.split("=")[1]) return { span: span ?? "day", at: now };
  return { span, at: at.getTime() };
}

/** @param {number} at */
function hourOf(at) {
  return new Date(at).setMinutes(0, 0, 0);
}

/** @param {readonly Visit[]} visits */
function sorted(visits) {
  return [...visits].sort((one, other) => one.startsAt.localeCompare(other.startsAt) || one.visitId.localeCompare(other.visitId));
}
