// What a measured connection is good for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { verdictOf, verdictText } from "../../../functions/web/static/js/visits/check/connection.js";

test("both the speed and the time of a round trip count", () => {
  assert.equal(verdictOf({ roundTripMs: 60, kbps: 8_000 }), "good");
  assert.equal(verdictOf({ roundTripMs: 60, kbps: 900 }), "fair");
  assert.equal(verdictOf({ roundTripMs: 600, kbps: 8_000 }), "fair");
  assert.equal(verdictOf({ roundTripMs: 60, kbps: 200 }), "weak");
  assert.equal(verdictOf({ roundTripMs: 1_500, kbps: 8_000 }), "weak");
  assert.equal(verdictOf(null), "none");
});

test("each verdict says what to do", () => {
  assert.match(verdictText({ roundTripMs: 60, kbps: 200 }), /join with audio only/);
  assert.match(verdictText(null), /could not be reached/);
});
