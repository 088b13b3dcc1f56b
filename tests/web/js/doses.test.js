import assert from "node:assert/strict";
import { test } from "node:test";

import { nextDoses } from "../../../functions/web/static/js/medications/preview.js";
import { callOf } from "../../../functions/web/static/js/medications/queue.js";

const NOW = new Date(2026, 2, 30, 9, 30); // a Monday
const RULE = { kind: "times", days: [1, 3], times: ["20:00", "08:00", "08:00"], startsOn: "2026-03-01" };

const words = (rule, most = 3) => nextDoses({ ...RULE, ...rule }, NOW, most).map(({ date, time }) => `${date} ${time}`);

test("the next doses of a rule by the clock", () => {
  assert.deepEqual(words({}), ["2026-03-30 20:00", "2026-04-01 08:00", "2026-04-01 20:00"]);
  assert.deepEqual(words({ startsOn: "2026-04-02" }), ["2026-04-06 08:00", "2026-04-06 20:00", "2026-04-08 08:00"]);
  assert.deepEqual(words({ endsOn: "2026-03-31" }), ["2026-03-30 20:00"]);
  assert.deepEqual(words({ endsOn: "2026-03-01" }), []);
  assert.deepEqual(words({ kind: "once", startsOn: "2026-03-30", times: ["09:00"] }), []);
  assert.deepEqual(words({ kind: "once", startsOn: "2026-05-01", times: ["09:00"] }), ["2026-05-01 09:00"]);
});

test("the first dose of an interval", () => {
  const interval = { kind: "interval", everyHours: 8, times: [] };
  assert.deepEqual(words(interval), ["2026-03-30 09:30"]);
  assert.deepEqual(words({ ...interval, startsOn: "2026-04-02" }), ["2026-04-02 08:00"]);
  assert.deepEqual(words({ ...interval, startsOn: "2026-03-30", times: ["11:00"] }), ["2026-03-30 11:00"]);
  assert.deepEqual(words({ ...interval, startsOn: "2026-03-30", times: ["07:00"] }), ["2026-03-30 09:30"]);
  assert.deepEqual(words({ ...interval, endsOn: "2026-03-29" }), []);
});

test("an answer is sent with the time of its tap, unless it is fresh", () => {
  const tapped = { doseId: "p1.d/1", userId: "u", act: "taken", at: 1_000_000 };
  assert.deepEqual(callOf(tapped, 1_010_000), { path: "/doses/p1.d%2F1/taken", body: {} });
  assert.deepEqual(callOf(tapped, 1_040_000).body, { at: "1970-01-01T00:16:40.000Z" });
  assert.deepEqual(callOf({ ...tapped, entered: true }, 1_010_000).body, { at: "1970-01-01T00:16:40.000Z" });
  assert.deepEqual(callOf({ ...tapped, act: "skipped" }, 1_010_000), { path: "/doses/p1.d%2F1/skipped", body: undefined });
});

test("a snooze lasts from its tap on, and is not sent once it is over", () => {
  const tapped = { doseId: "d", userId: "u", act: "snooze", at: 0 };
  assert.deepEqual(callOf(tapped, 0).body, { minutes: 10 });
  assert.deepEqual(callOf(tapped, 150_000).body, { minutes: 8 });
  assert.equal(callOf(tapped, 600_000), null);
});
