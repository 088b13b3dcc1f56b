// When a connection is too weak for video, and when it is good enough again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { WEAK_FOR_MS, WELL_FOR_MS, WeakConnection } from "../../../functions/web/static/js/visits/weak-connection.js";

test("only a connection that stays bad is too weak", () => {
  const connection = new WeakConnection();
  connection.report(1, 0);
  connection.report(0, 2_000);
  assert.equal(connection.isWeak(WEAK_FOR_MS - 1), false);
  assert.equal(connection.isWeak(WEAK_FOR_MS), true);
  connection.report(2, WEAK_FOR_MS);
  assert.equal(connection.isWeak(2 * WEAK_FOR_MS), false);
});

test("only one that stays good is well", () => {
  const connection = new WeakConnection();
  connection.report(5, 0);
  connection.report(2, 5_000);
  connection.report(3, 6_000);
  assert.equal(connection.isWell(WELL_FOR_MS), false);
  assert.equal(connection.isWell(6_000 + WELL_FOR_MS), true);
});

test("where nothing is reported, two breaks within three minutes tell", () => {
  const connection = new WeakConnection();
  connection.broke(0);
  connection.broke(180_000);
  assert.equal(connection.isWeak(180_000), false);
  connection.broke(359_000);
  assert.equal(connection.isWeak(359_000), true);
  connection.forget();
  assert.equal(connection.isWeak(359_000), false);
});
