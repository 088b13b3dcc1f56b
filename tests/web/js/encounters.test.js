// What happened in an encounter, in plain words.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { dayName } from "../../../functions/web/static/js/encounters/days.js";
import { happened } from "../../../functions/web/static/js/encounters/timeline.js";
import { sentence } from "../../../functions/web/static/js/encounters/words.js";

/** @typedef {import("../../../functions/web/static/js/encounters/api.js").TimelineEvent} TimelineEvent */

/** @type {string[]} */
const kinds = JSON.parse(readFileSync(new URL("../../../functions/web/openapi.json", import.meta.url), "utf8")).components.schemas
  .EventDocument.properties.kind.enum;
const mere = { kind: "user", userId: "u", name: "Mere Tipene" };

/**
 * @param {string} kind
 * @param {object} [more]
 * @returns {TimelineEvent}
 */
function event(kind, more = {}) {
  return /** @type {any} */ ({ sequence: 1, at: "2026-11-20T09:15:00.000Z", kind, actor: mere, ...more });
}

test("every kind of event has a sentence, whoever did it and however often", () => {
  assert.ok(kinds.length > 20);
  for (const kind of kinds) {
    for (const actor of [mere, { kind: "patient" }, { kind: "phone" }, { kind: "system" }]) {
      for (const count of [1, 2]) {
        const told = sentence(event(kind, { actor, count: 1 }), count);
        assert.doesNotMatch(told, /undefined|does not know|\.$/, kind);
      }
    }
  }
});

test("details are told in words, and codes are not", () => {
  assert.equal(sentence(event("recording-consent", { decision: "refused", actor: { kind: "patient" } }), 1), "The patient did not allow the recording");
  assert.equal(sentence(event("visit-ended", { outcome: "noShow", actor: { kind: "system" } }), 1), "The visit did not take place: somebody did not come");
  assert.equal(sentence(event("visit-ended", { outcome: "completed" }), 1), "Mere Tipene ended the visit");
  assert.equal(sentence(event("consent-recorded", { manner: "bestInterests" }), 1), "Mere Tipene recorded consent to photography (in the patient’s best interests)");
  assert.equal(sentence(event("consent-recorded", { manner: "spoken", givenBy: "patient" }), 1), "Mere Tipene recorded consent to photography (spoken, by the patient)");
  assert.match(sentence(event("visit-booked", { startsAt: "2026-11-20T09:15:00.000Z" }), 1), /booked the visit for .*20/);
});

test("photos in a row are told of once, by time, and not across people", () => {
  const phone = { kind: "phone" };
  const timeline = [
    event("photo-arrived", { sequence: 1, actor: phone }),
    event("photo-deleted", { sequence: 2, at: "2026-11-20T09:18:00.000Z" }),
    event("photo-arrived", { sequence: 3, actor: phone, at: "2026-11-20T09:16:00.000Z" }),
    event("photo-arrived", { sequence: 4, at: "2026-11-20T09:17:00.000Z" }),
  ];
  assert.deepEqual(happened(timeline).map(({ event: one, count }) => [one.sequence, count]), [[1, 2], [4, 1], [2, 1]]);
});

test("days near today are named", () => {
  const now = new Date(2026, 10, 20, 23, 50);
  assert.equal(dayName(new Date(2026, 10, 20, 0, 5), now), "Today");
  assert.equal(dayName(new Date(2026, 10, 19, 23), now), "Yesterday");
  assert.equal(dayName(new Date(2026, 10, 21, 1), now), "Tomorrow");
  assert.match(dayName(new Date(2025, 0, 2), now), /2025/);
});
