/**
 * When both people of a visit are free, from the visits that there are. Pure.
 *
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {{practitionerId: string, patient: {patientId?: string, userId?: string} | null}} People `patientId` is the
 *   directory's
 */
import { isOver } from "./labels.js";

const MINUTE_MS = 60_000;

/** Free times are offered at each multiple of this. In minutes. */
const STEP_MINUTES = 15;

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
 * @returns {number[]} the times of that day, Unix ms, at which both are free
 */
export function freeTimes(visits, people, day, minutes, now) {
  const found = [];
  // By the wall clock: on two days of the year an hour is missing, or comes twice.
  for (let at = HOURS.first * 60; at + minutes <= HOURS.last * 60; at += STEP_MINUTES) {
    const start = new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, at);
    if (start.getHours() * 60 + start.getMinutes() !== at) continue;
    if (start.getTime() >= now && !clashAt(visits, people, start.getTime(), minutes)) found.push(start.getTime());
  }
  return found;
}

/** @param {Visit} visit @param {People["patient"]} patient */
function isOf(visit, patient) {
  if (!patient) return false;
  return visit.patientId === patient.userId || (Boolean(patient.patientId) && visit.patientRecordId === patient.patientId);
}
