// Visits in people's calendars: files that every calendar reads, and that tell strangers nothing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { dateOf } from "../../../functions/web/static/js/shell/dates.js";
import { visitFile } from "../../../functions/web/static/js/visits/calendar.js";
import { text } from "../../../functions/web/static/js/visits/icalendar.js";

process.env.TZ = "Pacific/Auckland";
const NOW = Date.parse("2026-11-20T22:15:00.500Z");
const ORIGIN = "https://bedside.example";

/**
 * @param {object} [more]
 * @returns {import("../../../functions/web/static/js/visits/api.js").Visit}
 */
function visit(more = {}) {
  const known = { visitId: "mfrggzdfmztwq2lknnwg23tpoa", startsAt: "2026-11-21T02:30:00.000Z", durationMinutes: 45, sequence: 0 };
  return /** @type {any} */ ({ ...known, patientName: "Aroha Ngata", practitionerName: "Mere Tipene", ...more });
}

/** @param {string} content @returns {string[]} its lines, unfolded */
function lines(content) {
  return content.replaceAll("\r\n ", "").split("\r\n").slice(0, -1);
}

test("a visit stands in the patient's calendar", () => {
  const page = "https://bedside.example/my-visits#v=mfrggzdfmztwq2lknnwg23tpoa";
  assert.deepEqual(lines(visitFile(visit(), "patient", ORIGIN, NOW)), [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Bedside//Visits//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    "UID:mfrggzdfmztwq2lknnwg23tpoa@bedside",
    "DTSTAMP:20261120T221500Z",
    "SEQUENCE:0",
    "DTSTART:20261121T023000Z",
    "DTEND:20261121T031500Z",
    "SUMMARY:Video visit with Mere Tipene",
    `LOCATION:${page}`,
    `URL:${page}`,
    `DESCRIPTION:Open this page shortly before it begins\\, and sign in:\\n${page}`,
    "CLASS:PRIVATE",
    "STATUS:CONFIRMED",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "DESCRIPTION:Video visit",
    "TRIGGER:-PT10M",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ]);
});

test("a day is named as this person's calendar has it", () => {
  // 15:30 and, on the same day of UTC, 01:30 of the next day.
  assert.equal(dateOf(new Date(visit().startsAt)), "2026-11-21");
  assert.equal(dateOf(new Date("2026-11-21T12:30:00.000Z")), "2026-11-22");
});

test("no file names the patient", () => {
  for (const party of /** @type {const} */ (["patient", "practitioner"])) {
    assert.doesNotMatch(visitFile(visit(), party, ORIGIN, NOW), /Aroha|Ngata/);
  }
  assert.ok(lines(visitFile(visit(), "practitioner", ORIGIN, NOW)).includes("SUMMARY:Video visit"));
});

test("a rescheduled visit replaces the one that was added before", () => {
  const moved = lines(visitFile(visit({ startsAt: "2026-11-22T02:30:00.000Z", sequence: 3 }), "patient", ORIGIN, NOW));
  for (const line of ["UID:mfrggzdfmztwq2lknnwg23tpoa@bedside", "SEQUENCE:3", "DTSTART:20261122T023000Z"]) assert.ok(moved.includes(line));
});

test("no line is longer than 75 octets, and none is broken within a character", () => {
  for (const name of ["Ngāpuhi ".repeat(30), "👩🏽‍⚕️".repeat(40), "x".repeat(58), "x".repeat(59)]) {
    const content = visitFile(visit({ practitionerName: name }), "patient", ORIGIN, NOW);
    assert.doesNotMatch(content.replaceAll("\r\n", ""), /[\r\n]/);
    for (const line of content.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.ok(content.isWellFormed());
    assert.ok(lines(content).includes(`SUMMARY:Video visit with ${name}`));
  }
});

test("what has a meaning in a text is escaped, and control characters are left out", () => {
  assert.equal(text("a\\b; c, d:e\r\nf\ng\u0000\u0007\u007fh\ti"), "a\\\\b\\; c\\, d:e\\nf\\ngh\ti");
  const forged = visitFile(visit({ practitionerName: "M\r\nBEGIN:VALARM" }), "patient", ORIGIN, NOW);
  assert.equal(forged.match(/^BEGIN:VALARM/gm)?.length, 1);
});
