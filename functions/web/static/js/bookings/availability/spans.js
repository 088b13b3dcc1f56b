/** The hours of a week in minutes, and what pulling at them makes of them. Pure. */

/**
 * @typedef {import("./hours.js").Hours} Hours
 * @typedef {{day: number, from: number, to: number}} Span `day`: 1 is Monday; minutes of the day, `to` up to 1,440
 */

export const DAY_MINUTES = 24 * 60;

/** What is pulled snaps to multiples of this, and is at least so long. In minutes. */
export const STEP = 15;

/** @param {Hours} hours @returns {Span} */
export function spanOf({ day, from, to }) {
  return { day, from: minuteOf(from), to: minuteOf(to) };
}

/** @param {Span} span @returns {Hours} */
export function hoursOf({ day, from, to }) {
  return { day, from: clockTime(from), to: clockTime(to) };
}

/**
 * @param {readonly Span[]} spans
 * @returns {Span[]} in order, with those of a day that overlap or touch made one
 */
export function merged(spans) {
  /** @type {Span[]} */
  const found = [];
  for (const span of [...spans].sort((one, other) => one.day - other.day || one.from - other.from)) {
    const last = found.at(-1);
    if (last && last.day === span.day && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else found.push({ ...span });
  }
  return found;
}

/**
 * @param {Span} span
 * @param {number} minutes later, or earlier; it stays within its day and keeps its length
 * @param {number} [target] the day to which it goes
 * @returns {Span}
 */
export function moved({ day, from, to }, minutes, target = day) {
  const start = Math.min(Math.max(from + minutes, 0), DAY_MINUTES - (to - from));
  return { day: Math.min(Math.max(target, 1), 7), from: start, to: start + to - from };
}

/**
 * @param {Span} span
 * @param {"from" | "to"} end which end is put
 * @param {number} minute
 * @returns {Span}
 */
export function resized(span, end, minute) {
  if (end === "to") return { ...span, to: Math.min(DAY_MINUTES, Math.max(minute, span.from + STEP)) };
  return { ...span, from: Math.max(0, Math.min(minute, span.to - STEP)) };
}

/** @param {number} minute @returns {number} the nearest step */
export function snapped(minute) {
  return Math.min(Math.max(Math.round(minute / STEP) * STEP, 0), DAY_MINUTES);
}

/** @param {string} time such as "09:30", or "24:00" */
function minuteOf(time) {
  const [hour, minute] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

/** @param {number} minute */
function clockTime(minute) {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
