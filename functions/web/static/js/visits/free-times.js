/**
 * When both people of a visit are free, from the visits that there are. Pure.
 *
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Availability} Availability
 * @typedef {{practitionerId: string, patient: {patientId?: string, userId?: string} | null}} People `patientId` is the
 *   directory's
 */
import { isOver } from "./labels.js";

const MINUTE_MS = 60_000;

/** Free times are offered at each multiple of this. In minutes. */
const STEP_MINUTES = 15;

/** Hours of a practitioner begin at multiples of this, on each clock. In minutes. */
const FINE_MINUTES = 5;

/** The hours of a day in which times are offered; others can be entered. */
const HOURS = { first: 7, last: 20 };

/**
 * @param {readonly Visit[]} visits
 * @param {People} people
 * @param {number} start Unix ms
 * @param {number} minutes
 * @returns {{visit: Visit, whose: "practitioner" | "patient"} | null} what stands in the way; the practitioner's visits
 *   come first, because a patient's may be allowed
 */
export function clashAt(visits, people, start, minutes) {
  const end = start + minutes * MINUTE_MS;
  const there = visits.filter((visit) => {
    const begins = Date.parse(visit.startsAt);
    return !isOver(visit) && begins < end && start < begins + visit.durationMinutes * MINUTE_MS;
  });
  const busy = there.find(({ practitionerId }) => practitionerId === people.practitionerId);
  if (busy) return { visit: busy, whose: "practitioner" };
  const other = there.find((visit) => isOf(visit, people.patient));
  return other ? { visit: other, whose: "patient" } : null;
}

/**
 * @param {readonly Visit[]} visits
 * @param {People} people
 * @param {Date} day
 * @param {number} minutes
 * @param {number} now Unix ms
 * @param {Availability | null} [availability] when the practitioner can be booked, if they have said so
 * @returns {number[]} the times of that day, Unix ms, at which both are free
 */
export function freeTimes(visits, people, day, minutes, now, availability = null) {
  const found = [];
  const [first, last, step] = availability ? [0, 24 + 3, FINE_MINUTES] : [HOURS.first, HOURS.last, STEP_MINUTES];
  const isOffered = availability ? offeredBy(availability, minutes) : () => true;
  const before = availability?.bufferBefore ?? 0;
  const after = availability?.bufferAfter ?? 0;
  // By the wall clock: on two days of the year an hour is missing, or comes twice.
  for (let at = first * 60; at < 24 * 60 && at + minutes <= last * 60; at += step) {
    const start = new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, at);
    if (start.getHours() * 60 + start.getMinutes() !== at || start.getTime() < now || !isOffered(start)) continue;
    if (!clashAt(visits, people, start.getTime() - before * MINUTE_MS, before + minutes + after)) found.push(start.getTime());
  }
  return found;
}

/**
 * @param {Availability} availability
 * @param {number} minutes
 * @returns {(start: Date) => boolean} whether a visit of this length begins at a time that patients are offered
 */
function offeredBy({ timeZone, hours, interval, blockedDates }, minutes) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const clock = new Intl.DateTimeFormat("sv", /** @type {Intl.DateTimeFormatOptions} */ ({ ...parts, timeZone }));
  return (start) => {
    // Swedes write 2026-12-02 09:30.
    const [date = "", time = ""] = clock.format(start).split(" ");
    const weekday = new Date(`${date}T00:00Z`).getUTCDay() || 7;
    const at = minuteOf(time);
    return !blockedDates.includes(date) && hours.some(({ day, from, to }) => {
      const begins = minuteOf(from);
      return day === weekday && begins <= at && at + minutes <= minuteOf(to) && (at - begins) % interval === 0;
    });
  };
}

/** @param {string} time such as "09:30", or "24:00" */
function minuteOf(time) {
  const [hour, minute] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

/** @param {Visit} visit @param {People["patient"]} patient */
function isOf(visit, patient) {
  if (!patient) return false;
  return visit.patientId === patient.userId || (Boolean(patient.patientId) && visit.patientRecordId === patient.patientId);
}
