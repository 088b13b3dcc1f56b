import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "Pacific/Auckland";
const { byDay, daysOf, fromHash, periodOf, rowsOf, stepped } = await import(
  "../../../functions/web/static/js/visits/today/calendar.js"
);
const { dateOf, fieldTime } = await import("../../../functions/web/static/js/shell/dates.js");
const { zoneNote } = await import("../../../functions/web/static/js/shell/zone.js");

const HOUR = 3_600_000;
const at = (/** @type {string} */ local) => new Date(local).getTime();
const visit = (/** @type {string} */ local) => /** @type {any} */ ({ visitId: local, startsAt: new Date(local).toISOString() });

test("a day, a week and a month go from midnight to midnight, whatever the clocks do", () => {
  const spans = (/** @type {any} */ span, /** @type {string} */ local) => {
    const { start, end } = periodOf(span, at(local));
    return [dateOf(start), dateOf(end), (end.getTime() - start.getTime()) / HOUR];
  };
  assert.deepEqual(spans("day", "2026-11-30T15:00"), ["2026-11-30", "2026-12-01", 24]);
  assert.deepEqual(spans("day", "2026-09-27T15:00"), ["2026-09-27", "2026-09-28", 23]);
  assert.deepEqual(spans("week", "2026-12-06T23:59"), ["2026-11-30", "2026-12-07", 168]);
  assert.deepEqual(spans("week", "2026-11-30T00:00"), ["2026-11-30", "2026-12-07", 168]);
  assert.deepEqual(spans("month", "2026-02-28T12:00"), ["2026-02-01", "2026-03-01", 28 * 24]);
  const { start, end } = periodOf("month", at("2026-09-10T12:00"));
  assert.deepEqual(daysOf(start, end).map((day) => day.getDate()), [...Array(30).keys()].map((number) => number + 1));
});

test("a step keeps the day where the month has it", () => {
  assert.equal(dateOf(new Date(stepped("month", at("2026-01-31T12:00"), 1))), "2026-02-28");
  assert.equal(dateOf(new Date(stepped("month", at("2026-01-15T12:00"), -1))), "2025-12-15");
  assert.equal(dateOf(new Date(stepped("week", at("2026-12-28T12:00"), 1))), "2027-01-04");
  assert.equal(dateOf(new Date(stepped("day", at("2026-04-05T00:30"), 1))), "2026-04-06");
});

test("visits stand under their hours, in order, and the mark where now is", () => {
  const drawn = (/** @type {string[]} */ visits, /** @type {string} */ now, isToday = true) =>
    rowsOf(visits.map(visit), at(`2026-11-30T${now}`), isToday).map((row) =>
      row.kind === "visit" ? row.visit.visitId.slice(11) : row.kind === "now" ? "now" : `${new Date(row.at).getHours()}h`,
    );
  const visits = ["2026-11-30T14:30", "2026-11-30T09:00", "2026-11-30T14:05"];
  assert.deepEqual(drawn(visits, "14:10"), ["9h", "09:00", "14h", "14:05", "now", "14:30"]);
  assert.deepEqual(drawn(visits, "12:00"), ["9h", "09:00", "now", "14h", "14:05", "14:30"]);
  assert.deepEqual(drawn(visits, "14:00"), ["9h", "09:00", "14h", "now", "14:05", "14:30"]);
  assert.deepEqual(drawn(visits, "08:00"), ["now", "9h", "09:00", "14h", "14:05", "14:30"]);
  assert.deepEqual(drawn(visits, "18:00").at(-1), "now");
  assert.deepEqual(drawn(visits, "12:00", false), ["9h", "09:00", "14h", "14:05", "14:30"]);
  assert.deepEqual(drawn([], "12:00"), ["now"]);
});

test("days are the reader's", () => {
  const days = byDay([visit("2026-11-30T23:59"), visit("2026-12-01T00:00"), visit("2026-11-30T00:00")]);
  assert.deepEqual([...days].map(([day, found]) => [day, found.length]), [["2026-11-30", 2], ["2026-12-01", 1]]);
});

test("a form's field shows the reader's clock", () => {
  assert.equal(fieldTime(Date.UTC(2026, 10, 30, 20, 5)), "2026-12-01T09:05");
});

test("an address names a span and a day; one that names nothing is today", () => {
  const now = at("2026-11-30T15:00");
  const named = (/** @type {string} */ hash) => {
    const { span, at: day } = fromHash(hash, now);
    return [span, dateOf(new Date(day))];
  };
  assert.deepEqual(named("#week=2026-12-24"), ["week", "2026-12-24"]);
  assert.deepEqual(named(""), ["day", "2026-11-30"]);
  assert.deepEqual(named("#day=2026-02-30"), ["day", "2026-11-30"]);
  assert.deepEqual(named("#year=2026-01-01"), ["day", "2026-11-30"]);
});

test("a zone is named where its clock differs, and only then", () => {
  const summer = Date.UTC(2026, 6, 1);
  assert.equal(
    zoneNote("Europe/Berlin", "Pacific/Auckland", "Kauri Street Hospital", summer),
    "Times are yours, Berlin (GMT+2). Kauri Street Hospital is in Auckland (GMT+12).",
  );
  assert.equal(zoneNote("Antarctica/McMurdo", "Pacific/Auckland", "Kauri", summer), "");
  assert.match(zoneNote("Asia/Kolkata", "UTC", "", summer), /^Times are yours, Kolkata \(GMT\+5:30\)\. The facility is in UTC \(GMT\)\.$/);
  assert.equal(zoneNote("UTC", undefined, "Kauri", summer), "");
  assert.equal(zoneNote("UTC", "Mars/Base", "Kauri", summer), "");
});
