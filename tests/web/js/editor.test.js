// Shapes that are drawn on photos: made, moved, reshaped, hit and measured; and what is undone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EditHistory } from "../../../functions/web/static/js/capture/desktop/editor/history.js";
import { lengthOf, wordsOf } from "../../../functions/web/static/js/capture/desktop/editor/measures.js";
import {
  NO_EDITS,
  boxBetween,
  handlesOf,
  hit,
  movedBy,
  reshaped,
  shapeBetween,
  simplified,
  stepOn,
  straightened,
  upright,
} from "../../../functions/web/static/js/capture/desktop/editor/shapes.js";
import { placed } from "../../../functions/web/static/js/capture/desktop/viewer/geometry.js";
import { numbers } from "./random.js";

const SIZE = { width: 1600, height: 1200 };
const ROTATIONS = [0, 90, 180, 270];

/** A shape of any kind, somewhere. */
function shapeOf(random) {
  const point = () => ({ x: random(), y: random() });
  const kind = ["arrow", "ellipse", "ruler", "measure", "text", "freehand"][Math.floor(random() * 6)];
  if (kind === "text") return { kind, color: "red", at: point(), text: "scar" };
  if (kind === "freehand") return { kind, color: "red", points: simplified([point(), point(), point()], SIZE) };
  return shapeBetween(kind, "red", point(), point());
}

function pointsOf(shape) {
  return shape.points ?? (shape.at ? [shape.at] : Object.values(handlesOf(shape)));
}

test("whatever is drawn, moved and reshaped stays within the photo", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = numbers(seed);
    let shape = shapeOf(random);
    for (let step = 0; step < 5; step += 1) {
      const to = { x: random() * 3 - 1, y: random() * 3 - 1 };
      const [handle] = Object.keys(handlesOf(shape));
      shape = random() < 0.5 && handle ? reshaped(shape, handle, to) : movedBy(shape, to);
      for (const { x, y } of pointsOf(shape)) assert.ok(x >= 0 && x <= 1.00002 && y >= 0 && y <= 1.00002, JSON.stringify(shape));
      if (shape.box) assert.ok(shape.box.width >= 0.001 && shape.box.height >= 0.001);
      if (shape.start) assert.notDeepEqual(shape.start, shape.end);
    }
  }
});

test("moving keeps the form, and there and back is where it was", () => {
  const arrow = shapeBetween("arrow", "red", { x: 0.4, y: 0.4 }, { x: 0.6, y: 0.5 });
  const moved = movedBy(arrow, { x: 0.1, y: -0.2 });
  assert.deepEqual(moved.start, { x: 0.5, y: 0.2 });
  assert.deepEqual(movedBy(moved, { x: -0.1, y: 0.2 }), arrow);
  // It stops at the edge as it is, rather than being squeezed.
  assert.deepEqual(movedBy(arrow, { x: 9, y: 0 }).start, { x: 0.8, y: 0.4 });
});

test("a corner of a box is dragged while the opposite one stays", () => {
  const circle = shapeBetween("ellipse", "red", { x: 0.2, y: 0.2 }, { x: 0.4, y: 0.5 });
  const box = reshaped(circle, "lower-right", { x: 0.1, y: 0.1 }).box;
  assert.deepEqual([box.x, box.y].map((each) => each.toFixed(5)), ["0.10000", "0.10000"]);
  assert.ok(Math.abs(box.x + box.width - 0.2) < 1e-9);
  assert.deepEqual(boxBetween({ x: 1, y: 1 }, { x: 1, y: 1 }), { x: 0.999, y: 0.999, width: 0.001, height: 0.001 });
});

test("a ruler makes lengths known", () => {
  const measure = shapeBetween("measure", "red", { x: 0.1, y: 0.5 }, { x: 0.1, y: 0.8 }); // 360 pixels
  assert.equal(lengthOf(measure, [measure], SIZE), "? mm");
  const ruler = { ...shapeBetween("ruler", "red", { x: 0, y: 0.9 }, { x: 0.5, y: 0.9 }), millimetres: 20 }; // 800 pixels
  assert.equal(lengthOf(measure, [measure, ruler], SIZE), "9.0 mm");
  assert.equal(wordsOf(ruler, [ruler], SIZE), "Ruler, 20 mm");
  const coarse = { ...ruler, millimetres: 2000 };
  assert.equal(wordsOf(measure, [measure, coarse], SIZE), "Measure, 900 mm");
});

test("the nearest shape is hit, a line within a circle too", () => {
  const circle = shapeBetween("ellipse", "red", { x: 0.1, y: 0.1 }, { x: 0.9, y: 0.9 });
  const line = shapeBetween("measure", "red", { x: 0.3, y: 0.5 }, { x: 0.7, y: 0.5 });
  const text = { kind: "text", color: "red", at: { x: 0.4, y: 0.3 }, text: "scar" };
  const at = (x, y, rotation = 0) => hit([line, circle, text], { x, y }, SIZE, 14, rotation);
  assert.equal(at(0.5, 0.502), 0);
  assert.equal(at(0.5, 0.7), 1);
  assert.equal(at(0.42, 0.29), 2);
  assert.equal(at(0.02, 0.02), -1);
  // Letters stand upright on a turned photo.
  assert.equal(at(0.41, 0.27, 90), 2);
});

test("with Shift lines are straight and circles are round", () => {
  const start = { x: 0.5, y: 0.5 };
  assert.deepEqual(straightened("arrow", start, { x: 0.8, y: 0.52 }, SIZE), { x: 0.8, y: 0.5 });
  const upwards = straightened("arrow", start, { x: 0.51, y: 0.1 }, SIZE);
  assert.ok(upwards.x === 0.5 && Math.abs(upwards.y - 0.1) < 1e-9);
  const round = straightened("ellipse", start, { x: 0.6, y: 0.45 }, SIZE);
  assert.ok(Math.abs((round.x - 0.5) * SIZE.width + (round.y - 0.5) * SIZE.height) < 1e-6);
});

test("a line by hand has at most 200 points, its ends among them", () => {
  const spiral = Array.from({ length: 3000 }, (_, n) => ({ x: 0.5 + n * 1e-4 * Math.cos(n / 40), y: 0.5 + n * 1e-4 * Math.sin(n / 40) }));
  const points = simplified(spiral, SIZE);
  assert.ok(points.length > 100 && points.length <= 200);
  assert.deepEqual(points[0], { x: 0.5, y: 0.5 });
  assert.equal(simplified([{ x: 0.1, y: 0.1 }, { x: 0.1001, y: 0.1 }], SIZE).length, 1);
});

test("an arrow key moves as it looks on a turned photo", () => {
  for (const rotation of ROTATIONS) {
    const { x, y } = stepOn({ x: 8, y: 0 }, rotation, SIZE);
    const { x: right, y: down } = upright({ x: x * SIZE.width, y: y * SIZE.height }, rotation);
    assert.ok(Math.abs(right - 8) < 1e-9 && Math.abs(down) < 1e-9, String(rotation));
  }
});

test("a thumbnail is filled by the part that is kept", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = numbers(seed);
    const aspect = 0.5 + random() * 2;
    const crop = { x: random() * 0.5, y: random() * 0.5, width: 0.1 + random() * 0.4, height: 0.1 + random() * 0.4 };
    const rotation = ROTATIONS[seed % 4];
    const css = placed({ ...SIZE, rotation, crop }, aspect);
    const [left, top, width, height] = [css.left, css.top, css.width, css.height].map((each) => parseFloat(each) / 100);
    const turn = (rotation * Math.PI) / 180;
    const middle = { x: (left + width / 2) * aspect, y: top + height / 2 };
    // Where CSS puts a point of the original, in a box that is `aspect` wide and 1 high.
    const put = (x, y) => {
      const [dx, dy] = [(x - 0.5) * width * aspect, (y - 0.5) * height];
      return { x: middle.x + dx * Math.cos(turn) - dy * Math.sin(turn), y: middle.y + dx * Math.sin(turn) + dy * Math.cos(turn) };
    };
    const corners = [put(crop.x, crop.y), put(crop.x + crop.width, crop.y + crop.height)];
    const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
    assert.ok(Math.min(...xs) < 1e-9 && Math.max(...xs) > aspect - 1e-9 && Math.min(...ys) < 1e-9 && Math.max(...ys) > 1 - 1e-9);
    const [wide, high] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
    assert.ok(Math.abs(wide - aspect) < 1e-9 || Math.abs(high - 1) < 1e-9);
  }
});

test("changes are undone and redone, letters of a text together", () => {
  const history = new EditHistory(NO_EDITS);
  assert.ok(!history.changed && !history.canUndo && !history.canRedo);
  history.change({ rotation: 90 });
  for (const text of ["s", "sc", "scar"]) history.change({ shapes: [{ kind: "text", color: "red", at: { x: 0, y: 0 }, text }] }, "text 0");
  history.settle();
  history.change({ shapes: [] }, "text 0");
  history.go(-1);
  assert.equal(history.now.shapes[0].text, "scar");
  history.go(-1);
  assert.deepEqual(history.now, { ...NO_EDITS, rotation: 90 });
  history.go(1);
  assert.equal(history.now.shapes.length, 1);
  history.change({ rotation: 180 });
  assert.ok(!history.canRedo);
  for (let step = 0; step < 5; step += 1) history.go(-1);
  assert.ok(!history.changed && history.canRedo);
});
