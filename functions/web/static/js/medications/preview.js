/**
 * When the next doses of a rule would be due that nobody has saved yet, by the clock on the wall: so a change of the
 * clock does not matter. Pure.
 */
import { dateOf } from "../shell/dates.js";

/** @typedef {import("./api.js").RuleRequest} RuleRequest */

const DAY_MS = 24 * 3_600_000;

/** Without a time, an interval that begins on a later date begins at this one. */
const MORNING = "08:00";

/** So far ahead days are looked at. */
const MOST_DAYS = 400;

/**
 * @param {RuleRequest} rule
 * @param {Date} now
 * @param {number} most how many are wanted
 * @returns {{date: string, time: string}[]} in order; only the first of an interval is known
 */
export function nextDoses({ kind, days, times = [], startsOn, endsOn }, now, most) {
  const today = dateOf(now);
  const clock = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  if (kind === "interval") return [firstOf(startsOn, times[0], today, clock)].filter(({ date }) => !endsOn || date <= endsOn);
  /** @type {{date: string, time: string}[]} */
  const found = [];
  const first = startsOn > today ? startsOn : today;
  for (let ahead = 0; ahead < MOST_DAYS && found.length < most; ahead += 1) {
    const day = new Date(Date.parse(`${first}T12:00:00Z`) + ahead * DAY_MS);
    const date = day.toISOString().slice(0, 10);
    if (kind === "once" ? date !== startsOn : endsOn && date > endsOn) break;
    if (kind === "times" && days && !days.includes(day.getUTCDay() || 7)) continue;
    found.push(...[...new Set(times)].sort().filter((time) => date > today || time >= clock).map((time) => ({ date, time })));
  }
  return found.slice(0, most);
}

/** @param {string} startsOn @param {string | undefined} time @param {string} today @param {string} clock */
function firstOf(startsOn, time, today, clock) {
  if (startsOn > today) return { date: startsOn, time: time ?? MORNING };
  return { date: today, time: startsOn === today && time && time > clock ? time : clock };
}
