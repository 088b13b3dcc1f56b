/**
 * A visit as a file for the calendar of a person who takes part. It names no patient and nothing clinical, because
 * calendars are shared, and copied to other services. Loaded when somebody asks for the file, so it may import only
 * modules without state of their own.
 */
import { dateOf } from "../shell/dates.js";
import { download } from "../shell/download.js";
import { t } from "../shell/messages.js";
import { calendarFile, instant, text } from "./icalendar.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Party} Party
 */

/** @type {Record<Party, string>} */
const PAGES = { patient: "/my-visits", practitioner: "/visit" };

/**
 * @param {Visit} visit
 * @param {Party} party whose calendar it is for
 * @param {string} origin of the product, such as https://bedside.example
 * @param {number} now Unix ms
 * @returns {string} the file's content. Added again after the visit was rescheduled, it replaces what was added before:
 *   UID stays, SEQUENCE grows
 */
export function visitFile(visit, party, origin, now) {
  const starts = Date.parse(visit.startsAt);
  const page = `${origin}${PAGES[party]}#v=${encodeURIComponent(visit.visitId)}`;
  return calendarFile([
    ["UID", `${visit.visitId}@bedside`],
    ["DTSTAMP", instant(now)],
    ["SEQUENCE", String(visit.sequence)],
    ["DTSTART", instant(starts)],
    ["DTEND", instant(starts + visit.durationMinutes * 60_000)],
    ["SUMMARY", text(party === "patient" && visit.practitionerName ? t("visits.video-visit-with", { name: visit.practitionerName }) : t("visits.video-visit"))],
    ["LOCATION", text(page)],
    ["URL", page],
    ["DESCRIPTION", text(`${t("visits.calendar.text")}\n${page}`)],
    ["CLASS", "PRIVATE"],
    ["STATUS", "CONFIRMED"],
    ["BEGIN", "VALARM"],
    ["ACTION", "DISPLAY"],
    ["DESCRIPTION", text(t("visits.video-visit"))],
    ["TRIGGER", "-PT10M"],
    ["END", "VALARM"],
  ]);
}

/**
 * Hands the file to the browser, which offers it to the calendar, or saves it.
 * @param {Visit} visit
 * @param {Party} party
 * @param {number} now Unix ms
 */
export function saveVisitFile(visit, party, now) {
  const content = visitFile(visit, party, location.origin, now);
  download(content, `video-visit-${dateOf(new Date(visit.startsAt))}.ics`, "text/calendar;charset=utf-8");
}
