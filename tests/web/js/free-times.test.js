import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "Pacific/Auckland";
const { clashAt, freeTimes } = await import("../../../functions/web/static/js/visits/free-times.js");

const at = (/** @type {string} */ local) => new Date(local).getTime();
const visit = (/** @type {string} */ local, more = {}) =>
  /** @type {any} */ ({ startsAt: new Date(local).toISOString(), durationMinutes: 20, state: "scheduled", practitionerId: "mere", patientId: "aroha", ...more });
const people = { practitionerId: "mere", patient: { patientId: "record", userId: "aroha" } };

test("a visit is in the way from its first minute until before its end", () => {
  const visits = [visit("2026-12-02T10:00")];
  const clash = (/** @type {string} */ local, minutes = 15) => clashAt(visits, people, at(local), minutes)?.whose ?? null;
  assert.deepEqual(["09:40", "09:46", "10:19", "10:20"].map((time) => clash(`2026-12-02T${time}`)), [null, "practitioner", "practitioner", null]);
  assert.equal(clash("2026-12-02T09:00", 90), "practitioner");
});

test("a patient is known by who signs in and by the directory; visits that are over are in nobody's way", () => {
  const others = { practitionerId: "wiremu" };
  const start = at("2026-12-02T10:00");
  const whose = (/** @type {any} */ more, /** @type {any} */ patient = people.patient) =>
    clashAt([visit("2026-12-02T10:00", { ...others, ...more })], { ...people, patient }, start, 20)?.whose ?? null;
  assert.equal(whose({}), "patient");
  assert.equal(whose({ patientId: "another", patientRecordId: "record" }), "patient");
  assert.equal(whose({ patientId: "another" }), null);
  assert.equal(whose({ patientId: "another" }, { name: "Not tied" }), null);
  assert.equal(whose({}, null), null);
  assert.equal(whose({ practitionerId: "mere", state: "cancelled" }), null);
});

test("free times are the day's, from now on, by the wall clock", () => {
  const hours = (/** @type {any[]} */ visits, /** @type {string} */ day, /** @type {string} */ now, minutes = 60) =>
    freeTimes(visits, people, new Date(`${day}T15:00`), minutes, at(now)).map((time) => new Date(time).toTimeString().slice(0, 5));
  const free = hours([visit("2026-12-02T08:00", { durationMinutes: 660 })], "2026-12-02", "2026-12-01T12:00");
  assert.deepEqual(free, ["07:00", "19:00"]);
  assert.deepEqual(hours([], "2026-12-02", "2026-12-02T18:20"), ["18:30", "18:45", "19:00"]);
  assert.deepEqual(hours([], "2026-12-02", "2026-12-03T00:00"), []);
  assert.equal(hours([], "2026-09-27", "2026-09-01T00:00")[0], "07:00");
});

test("where the practitioner has said when they can be booked, nothing else is offered", () => {
  const hours = [{ day: 3, from: "09:00", to: "10:30" }, { day: 3, from: "13:00", to: "13:30" }];
  const rules = { practitionerId: "mere", minimumNotice: 1440, windowDays: 60, blockedDates: ["2026-12-09"] };
  /** @type {any} */
  const availability = { ...rules, timeZone: "Australia/Sydney", hours, interval: 30, bufferBefore: 0, bufferAfter: 10 };
  // Sydney is two hours behind.
  const free = (/** @type {any[]} */ visits, /** @type {string} */ day) =>
    freeTimes(visits, people, new Date(`${day}T15:00`), 30, at("2026-12-01T12:00"), availability).map((time) => new Date(time).toTimeString().slice(0, 5));
  assert.deepEqual(free([], "2026-12-02"), ["11:00", "11:30", "12:00", "15:00"]);
  assert.deepEqual(free([visit("2026-12-02T12:05")], "2026-12-02"), ["11:00", "15:00"]);
  assert.deepEqual([free([], "2026-12-03"), free([], "2026-12-09")], [[], []]);
});
