/**
 * What is drawn on a photo: shapes are made, moved, reshaped and hit. Pure: no page.
 *
 * Points are fractions of the original's width and height, as they are stored; distances are pixels of the original.
 *
 * @typedef {import("../viewer/geometry.js").Point} Point
 * @typedef {import("../viewer/geometry.js").Size} Size
 * @typedef {import("../viewer/geometry.js").Box} Box
 * @typedef {import("../viewer/geometry.js").Rotation} Rotation
 * @typedef {import("openapi").Edits} Edits
 * @typedef {Edits["shapes"][number]} Shape
 * @typedef {Shape["kind"]} Kind
 * @typedef {Shape["color"]} Colour
 * @typedef {Extract<Shape, {start: Point}>} Stroke
 */

/** Smallest side of a box, as a fraction. */
const LEAST = 0.001;

/** Digits that are stored. */
const DIGITS = 1e5;

const MAX_POINTS = 200;

/** @type {Readonly<Edits>} */
export const NO_EDITS = Object.freeze({ format: 1, rotation: 0, shapes: [] });

/** The width of lines, in pixels. @param {Size} size */
export function penOf({ width, height }) {
  return Math.max(width, height) / 300;
}

/** The height of letters, in pixels. @param {Size} size */
export function lettersOf({ width, height }) {
  return Math.max(width, height) / 36;
}

/**
 * The box with these two corners, within the photo.
 * @param {Point} one
 * @param {Point} other
 * @returns {Box}
 */
export function boxBetween(one, other) {
  const [a, b] = [within(one), within(other)];
  const [width, height] = [Math.max(LEAST, Math.abs(a.x - b.x)), Math.max(LEAST, Math.abs(a.y - b.y))];
  return { x: Math.min(a.x, b.x, 1 - width), y: Math.min(a.y, b.y, 1 - height), width, height };
}

/**
 * @param {Exclude<Kind, "text" | "freehand">} kind
 * @param {Colour} color
 * @param {Point} start
 * @param {Point} end
 * @returns {Shape}
 */
export function shapeBetween(kind, color, start, end) {
  if (kind === "ellipse") return { kind, color, box: boxBetween(start, end) };
  const stroke = { color, start: within(start), end: within(end) };
  return kind === "ruler" ? { kind, ...stroke, millimetres: 10 } : { kind, ...stroke };
}

/**
 * Where a shape can be taken to change its form, by name.
 * @param {Shape} shape
 * @returns {Record<string, Point>}
 */
export function handlesOf(shape) {
  if ("start" in shape) return { start: shape.start, end: shape.end };
  if (!("box" in shape)) return {};
  const { x, y, width, height } = shape.box;
  const [right, low] = [x + width, y + height];
  return { "upper-left": { x, y }, "upper-right": { x: right, y }, "lower-right": { x: right, y: low }, "lower-left": { x, y: low } };
}

/** @type {Record<string, string>} */
const OPPOSITE = { "upper-left": "lower-right", "upper-right": "lower-left", "lower-right": "upper-left", "lower-left": "upper-right" };

/**
 * @template {Shape} Kept
 * @param {Kept} shape
 * @param {string} handle
 * @param {Point} to
 * @returns {Kept}
 */
export function reshaped(shape, handle, to) {
  if ("box" in shape) return { ...shape, box: boxBetween(handlesOf(shape)[OPPOSITE[handle]], to) };
  const point = within(to);
  const other = handlesOf(shape)[handle === "start" ? "end" : "start"];
  return other && same(point, other) ? shape : { ...shape, [handle]: point };
}

/**
 * @template {Shape} Kept
 * @param {Kept} shape
 * @param {Point} by
 * @returns {Kept} as far as it stays within the photo
 */
export function movedBy(shape, by) {
  const points = outline(shape);
  const along = (/** @type {"x" | "y"} */ axis) => {
    const places = points.map((point) => point[axis]);
    return Math.min(Math.max(by[axis], -Math.min(...places)), 1 - Math.max(...places));
  };
  const [dx, dy] = [along("x"), along("y")];
  const shift = (/** @type {Point} */ { x, y }) => within({ x: x + dx, y: y + dy });
  if ("box" in shape) return { ...shape, box: { ...shape.box, ...shift(shape.box) } };
  if ("start" in shape) return { ...shape, start: shift(shape.start), end: shift(shape.end) };
  return "points" in shape ? { ...shape, points: shape.points.map(shift) } : { ...shape, at: shift(shape.at) };
}

/**
 * The end that makes a line horizontal, vertical or diagonal, and a box square.
 * @param {Kind} kind
 * @param {Point} start
 * @param {Point} end
 * @param {Size} size
 * @returns {Point}
 */
export function straightened(kind, start, end, { width, height }) {
  const [dx, dy] = [(end.x - start.x) * width, (end.y - start.y) * height];
  const side = Math.max(Math.abs(dx), Math.abs(dy));
  const diagonal = kind === "ellipse" || Math.min(Math.abs(dx), Math.abs(dy)) > side * Math.tan(Math.PI / 8);
  const keeps = (/** @type {number} */ d) => (diagonal || Math.abs(d) === side ? Math.sign(d) * side : 0);
  return { x: start.x + keeps(dx) / width, y: start.y + keeps(dy) / height };
}

/**
 * A line by hand with as few points as look the same, at most 200.
 * @param {Point[]} points
 * @param {Size} size
 * @returns {Point[]}
 */
export function simplified(points, size) {
  const near = penOf(size);
  const kept = points.slice(0, 1).map(within);
  for (const point of points.slice(1)) {
    if (distance(kept[kept.length - 1], point, size) >= near) kept.push(within(point));
  }
  const step = Math.max(1, (kept.length - 1) / (MAX_POINTS - 1));
  const sampled = kept.filter((_, place) => Math.floor(place / step) !== Math.floor((place - 1) / step));
  return sampled.slice(0, MAX_POINTS);
}

/**
 * @param {readonly Shape[]} shapes
 * @param {Point} point
 * @param {Size} size
 * @param {number} reach
 * @param {Rotation} rotation letters stand upright, however the photo is turned
 * @returns {number} the nearest within reach, of several the topmost; -1 for none
 */
export function hit(shapes, point, size, reach, rotation) {
  let [found, least] = [-1, reach];
  shapes.forEach((shape, place) => {
    const away = distanceTo(shape, point, size, reach, rotation);
    if (away <= least) [found, least] = [place, away];
  });
  return found;
}

/** @type {(...args: [Shape, Point, Size, number, Rotation]) => number} */
function distanceTo(shape, point, size, reach, rotation) {
  if ("start" in shape) return toSegment(point, shape.start, shape.end, size);
  if ("points" in shape) {
    return Math.min(...shape.points.slice(1).map((end, place) => toSegment(point, shape.points[place], end, size)));
  }
  if ("at" in shape) {
    const letters = lettersOf(size);
    const { x, y } = upright({ x: (point.x - shape.at.x) * size.width, y: (point.y - shape.at.y) * size.height }, rotation);
    const [beside, above] = [Math.max(-x, x - shape.text.length * letters * 0.55, 0), Math.max(y - letters * 0.3, -letters - y, 0)];
    return Math.hypot(beside, above);
  }
  const { x, y, width, height } = shape.box;
  const [a, b] = [(width / 2) * size.width, (height / 2) * size.height];
  const [dx, dy] = [(point.x - x - width / 2) * size.width, (point.y - y - height / 2) * size.height];
  const radius = Math.hypot(dx / a, dy / b);
  const away = Math.abs(Math.hypot(dx, dy) * (1 - 1 / (radius || LEAST)));
  return radius < 1 ? Math.min(away, reach) : away; // what lies within is nearer than the ring around it
}

/**
 * A step on the screen as a step on the original.
 * @param {Point} step in pixels, as shown
 * @param {Rotation} rotation
 * @param {Size} size
 * @returns {Point}
 */
export function stepOn({ x, y }, rotation, { width, height }) {
  const back = { 0: [x, y], 90: [y, -x], 180: [-x, -y], 270: [-y, x] }[rotation];
  return { x: back[0] / width, y: back[1] / height };
}

/** A vector of the original as it is shown. @param {Point} vector @param {Rotation} rotation @returns {Point} */
export function upright({ x, y }, rotation) {
  const [shownX, shownY] = { 0: [x, y], 90: [-y, x], 180: [-x, -y], 270: [y, -x] }[rotation];
  return { x: shownX, y: shownY };
}

/** @param {Point} one @param {Point} other @param {Size} size @returns {number} in pixels */
export function distance(one, other, { width, height }) {
  return Math.hypot((one.x - other.x) * width, (one.y - other.y) * height);
}

/** @param {Point} one @param {Point} other */
export function same(one, other) {
  return one.x === other.x && one.y === other.y;
}

/** @param {Shape} shape @returns {Point[]} */
function outline(shape) {
  if ("points" in shape) return shape.points;
  return "at" in shape ? [shape.at] : Object.values(handlesOf(shape));
}

/** @param {Point} point @returns {Point} */
function within({ x, y }) {
  const inside = (/** @type {number} */ part) => Math.round(Math.min(1, Math.max(0, part)) * DIGITS) / DIGITS;
  return { x: inside(x), y: inside(y) };
}

/** @type {(...args: [Point, Point, Point, Size]) => number} */
function toSegment(point, start, end, size) {
  const [dx, dy] = [(end.x - start.x) * size.width, (end.y - start.y) * size.height];
  const [px, py] = [(point.x - start.x) * size.width, (point.y - start.y) * size.height];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - along * dx, py - along * dy);
}
