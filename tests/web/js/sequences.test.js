import assert from "node:assert/strict";
import { test } from "node:test";

import { NOTHING, PATIENCE_MS, press } from "../../../functions/web/static/js/shell/sequences.js";

const SEQUENCES = ["/", "?", "g v", "g t", "n v"];

/** @param {[key: string, at: number][]} keys @returns {string[]} what each key completes */
function typed(...keys) {
  let pressed = NOTHING;
  return keys.map(([key, at]) => {
    const step = press(pressed, key, at, SEQUENCES);
    pressed = step.pressed;
    return step.hit;
  });
}

test("a single key is hit at once, a sequence by its last key", () => {
  assert.deepEqual(typed(["/", 0]), ["/"]);
  assert.deepEqual(typed(["g", 0], ["v", 100]), ["", "g v"]);
  assert.deepEqual(typed(["g", 0], ["t", PATIENCE_MS]), ["", "g t"]);
});

test("a sequence that is too slow, or goes wrong, is forgotten", () => {
  assert.deepEqual(typed(["g", 0], ["v", PATIENCE_MS + 1]), ["", ""]);
  assert.deepEqual(typed(["g", 0], ["x", 10], ["v", 20]), ["", "", ""]);
  assert.deepEqual(typed(["g", 0], ["Escape", 10], ["v", 20]), ["", "", ""]);
});

test("the key that goes wrong may begin the next sequence", () => {
  assert.deepEqual(typed(["g", 0], ["n", 10], ["v", 20]), ["", "", "n v"]);
  assert.deepEqual(typed(["g", 0], ["g", 10], ["v", 20]), ["", "", "g v"]);
  assert.deepEqual(typed(["g", 0], ["?", 10]), ["", "?"]);
});

test("keys that mean nothing, and modifiers, do nothing", () => {
  assert.deepEqual(typed(["v", 0], ["q", 1], ["Shift", 2]), ["", "", ""]);
});
