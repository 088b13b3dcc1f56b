// The order in which photos are shown, and how it changes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { arranged, putBefore, shifted } from "../../../functions/web/static/js/capture/desktop/arrangement.js";

const photos = (ids) => [...ids].map((imageId) => ({ imageId }));
const shown = (ids, order) => arranged(photos(ids), [...order]).map(({ imageId }) => imageId).join("");

test("photos that nobody has put in an order come first, the newest of them before the others", () => {
  assert.equal(shown("edcba", ""), "edcba");
  assert.equal(shown("edcba", "acb"), "edacb");
  assert.equal(shown("edc", "xcad"), "ecd");
});

test("several photos move together, and none beyond the edge", () => {
  assert.deepEqual(shifted([..."abcd"], ["b", "c"], -1), [..."bcad"]);
  assert.deepEqual(shifted([..."abcd"], ["b", "c"], 1), [..."adbc"]);
  assert.deepEqual(shifted([..."abcd"], ["a", "b"], -1), [..."abcd"]);
  assert.deepEqual(shifted([..."abcd"], ["a", "d"], 1), [..."bacd"]);
});

test("a photo is put before another, or at the end", () => {
  assert.deepEqual(putBefore([..."abcd"], "d", "b"), [..."adbc"]);
  assert.deepEqual(putBefore([..."abcd"], "a", null), [..."bcda"]);
  assert.deepEqual(putBefore([..."abcd"], "a", "gone"), [..."abcd"]);
});
