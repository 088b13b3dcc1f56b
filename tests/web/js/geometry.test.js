// Where a photo lies on its stage, whatever was zoomed, dragged, turned and cropped.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  UNCROPPED,
  WHOLE,
  matrixOf,
  panned,
  pointOf,
  settle,
  shownSize,
  turned,
  zoomed,
} from "../../../functions/web/static/js/capture/desktop/viewer/geometry.js";
import { numbers } from "./random.js";

/** A random stage and photo, and a view after some zooming and dragging. */
function scene(seed) {
  const random = numbers(seed);
  const between = (from, to) => from + random() * (to - from);
  const stage = { width: between(100, 1500), height: between(100, 1500) };
  const crop = random() < 0.5 ? UNCROPPED : { x: between(0, 0.4), y: between(0, 0.4), width: 0.5, height: between(0.1, 0.5) };
  const rotation = [0, 90, 180, 270][Math.floor(random() * 4)];
  const frame = { width: between(40, 4000), height: between(40, 4000), rotation, crop };
  let view = WHOLE;
  for (let step = 0; step < 6; step += 1) {
    const at = { x: random() * stage.width, y: random() * stage.height };
    view = random() < 0.6 ? zoomed(view, between(0.4, 3), at, stage, frame) : panned(view, { x: at.x - 50, y: at.y - 50 }, stage, frame);
  }
  return { stage, frame, view, random };
}

const near = (one, other, by = 1e-6) => assert.ok(Math.abs(one - other) < by, `${one} is not ${other}`);

function applied([a, b, c, d, e, f], { x, y }, { width, height }) {
  return { x: a * x * width + c * y * height + e, y: b * x * width + d * y * height + f };
}

test("a point of the photo is found again where the matrix puts it", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { stage, frame, view, random } = scene(seed);
    const point = { x: random(), y: random() };
    const found = pointOf(applied(matrixOf(view, stage, frame), point, frame), view, stage, frame);
    near(found.x, point.x);
    near(found.y, point.y);
  }
});

test("the stage stays filled: no edge of a zoomed photo comes into view, and a smaller one is in the middle", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { stage, frame, view } = scene(seed);
    const { crop } = frame;
    const matrix = matrixOf(view, stage, frame);
    const corners = [crop, { x: crop.x + crop.width, y: crop.y + crop.height }].map((corner) => applied(matrix, corner, frame));
    for (const [axis, room] of [["x", stage.width], ["y", stage.height]]) {
      const [low, high] = corners.map((corner) => corner[axis]).sort((one, other) => one - other);
      if (high - low <= room + 1e-6) near((low + high) / 2, room / 2, 1e-3);
      else assert.ok(low <= 1e-3 && high >= room - 1e-3, `${low} to ${high} of ${room}`);
    }
    assert.ok(view.zoom >= 1);
  }
});

test("what is pointed at stays while zooming in, as long as no edge forbids it", () => {
  const stage = { width: 800, height: 600 };
  const frame = { width: 1600, height: 1200, rotation: 90, crop: UNCROPPED };
  const view = zoomed(WHOLE, 3, { x: 400, y: 300 }, stage, frame);
  const at = { x: 420, y: 250 };
  const before = pointOf(at, view, stage, frame);
  const after = pointOf(at, zoomed(view, 1.3, at, stage, frame), stage, frame);
  near(before.x, after.x);
  near(before.y, after.y);
});

test("a quarter turn swaps the sides, and four are none", () => {
  const frame = { width: 300, height: 200, rotation: 90, crop: { x: 0, y: 0, width: 0.5, height: 1 } };
  assert.deepEqual(shownSize(frame), { width: 200, height: 150 });
  let rotation = 0;
  for (let turn = 0; turn < 4; turn += 1) rotation = turned(rotation, 1);
  assert.equal(rotation, 0);
  assert.equal(turned(0, -1), 270);
});

test("after a quarter turn to the right the photo's lower left corner is the upper left one", () => {
  const stage = { width: 400, height: 400 };
  const frame = { width: 100, height: 100, rotation: 90, crop: UNCROPPED };
  const corner = applied(matrixOf(WHOLE, stage, frame), { x: 0, y: 1 }, frame);
  near(corner.x, 0);
  near(corner.y, 0);
});

test("a view from a wider stage settles on a narrow one", () => {
  const frame = { width: 1000, height: 1000, rotation: 0, crop: UNCROPPED };
  assert.deepEqual(settle({ zoom: 0.2, x: 9, y: -9 }, { width: 100, height: 100 }, frame), { zoom: 1, x: 0.5, y: 0.5 });
});
