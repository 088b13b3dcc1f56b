/**
 * Where a photo lies on its stage. Pure: no page, no clock.
 *
 * There are three kinds of coordinates: a point of the original, from 0 to 1 along its width and height; a point of the
 * photo as it is shown, cropped and turned, in pixels of the original; and a point of the stage, in CSS pixels.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{width: number, height: number}} Size
 * @typedef {Point & Size} Box
 * @typedef {0 | 90 | 180 | 270} Rotation clockwise
 * @typedef {Size & {rotation: Rotation, crop: Box}} Frame what is shown of an original: its size in pixels, how it is
 *   turned, and the part that is kept, from 0 to 1
 * @typedef {{zoom: number, x: number, y: number}} View `zoom` 1 shows the whole; `x` and `y`, from 0 to 1, are the point
 *   of the shown photo in the middle of the stage
 */

/** @type {Readonly<View>} */
export const WHOLE = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });

/** @type {Readonly<Box>} */
export const UNCROPPED = Object.freeze({ x: 0, y: 0, width: 1, height: 1 });

/** How far to zoom in at most: beyond this a pixel of the photo is a square of many on the screen. */
const MOST_SCALE = 8;

/** A small photo may be zoomed in this far, whatever its pixels. */
const LEAST_MOST_ZOOM = 4;

/**
 * The size of the photo as it is shown, in pixels of the original.
 * @param {Frame} frame
 * @returns {Size}
 */
export function shownSize({ width, height, rotation, crop }) {
  const kept = { width: width * crop.width, height: height * crop.height };
  return rotation % 180 ? { width: kept.height, height: kept.width } : kept;
}

/**
 * CSS pixels per pixel of the original.
 * @param {View} view
 * @param {Size} stage
 * @param {Frame} frame
 */
export function scaleOf(view, stage, frame) {
  return view.zoom * fitScale(stage, shownSize(frame));
}

/**
 * The view that is closest to the one asked for: nothing is shown smaller than whole, and no edge leaves the stage's.
 * @param {View} view
 * @param {Size} stage
 * @param {Frame} frame
 * @returns {View}
 */
export function settle(view, stage, frame) {
  const size = shownSize(frame);
  const fit = fitScale(stage, size);
  const zoom = clamp(view.zoom, 1, Math.max(LEAST_MOST_ZOOM, MOST_SCALE / fit));
  /** @param {number} at @param {number} length @param {number} room */
  const along = (at, length, room) => {
    const half = room / (2 * length * fit * zoom);
    return half >= 0.5 ? 0.5 : clamp(at, half, 1 - half);
  };
  return { zoom, x: along(view.x, size.width, stage.width), y: along(view.y, size.height, stage.height) };
}

/**
 * The view after zooming; what lies at a point of the stage stays there.
 * @param {View} view
 * @param {number} factor
 * @param {Point} at
 * @param {Size} stage
 * @param {Frame} frame
 * @returns {View}
 */
export function zoomed(view, factor, at, stage, frame) {
  const { zoom } = settle({ ...view, zoom: view.zoom * factor }, stage, frame);
  const size = shownSize(frame);
  const [before, after] = [scaleOf(view, stage, frame), scaleOf({ ...view, zoom }, stage, frame)];
  const [dx, dy] = [at.x - stage.width / 2, at.y - stage.height / 2];
  const x = view.x + (dx / before - dx / after) / size.width;
  const y = view.y + (dy / before - dy / after) / size.height;
  return settle({ zoom, x, y }, stage, frame);
}

/**
 * The view after the photo was dragged by some CSS pixels.
 * @param {View} view
 * @param {Point} by
 * @param {Size} stage
 * @param {Frame} frame
 * @returns {View}
 */
export function panned(view, by, stage, frame) {
  const scale = scaleOf(view, stage, frame);
  const size = shownSize(frame);
  return settle({ ...view, x: view.x - by.x / scale / size.width, y: view.y - by.y / scale / size.height }, stage, frame);
}

/**
 * The CSS matrix that puts the original, with its upper left corner at the stage's, where the view wants it.
 * @param {View} view
 * @param {Size} stage
 * @param {Frame} frame
 * @returns {[number, number, number, number, number, number]}
 */
export function matrixOf(view, stage, frame) {
  const scale = scaleOf(view, stage, frame);
  const { cos, sin } = turnOf(frame.rotation);
  const at = original(view, frame);
  const [x, y] = [at.x * frame.width, at.y * frame.height];
  const [a, b, c, d] = [cos * scale, sin * scale, -sin * scale, cos * scale];
  return [a, b, c, d, stage.width / 2 - a * x - c * y, stage.height / 2 - b * x - d * y];
}

/**
 * The point of the original, from 0 to 1, at a point of the stage.
 * @param {Point} point
 * @param {View} view
 * @param {Size} stage
 * @param {Frame} frame
 * @returns {Point}
 */
export function pointOf(point, view, stage, frame) {
  const [a, b, c, d, e, f] = matrixOf(view, stage, frame);
  const area = a * d - b * c;
  const [x, y] = [point.x - e, point.y - f];
  return { x: (d * x - c * y) / area / frame.width, y: (a * y - b * x) / area / frame.height };
}

/**
 * The point of the original in the middle of the stage.
 * @param {Point} shown from 0 to 1, of the photo as it is shown
 * @param {Frame} frame
 * @returns {Point}
 */
function original({ x, y }, { rotation, crop }) {
  const [u, v] = { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] }[rotation];
  return { x: crop.x + u * crop.width, y: crop.y + v * crop.height };
}

/**
 * How CSS puts the original into a box that it fills, in percent of the box, so that this stays right at any size.
 * @param {Frame} frame
 * @param {number} aspect the box's width by its height
 * @returns {{left: string, top: string, width: string, height: string, transform: string}} turned about its middle
 */
export function placed(frame, aspect) {
  const { rotation, crop } = frame;
  const shown = shownSize(frame);
  const scale = Math.max(aspect / shown.width, 1 / shown.height); // the box is `aspect` wide and 1 high
  const [width, height] = [frame.width * scale, frame.height * scale];
  const { cos, sin } = turnOf(rotation);
  // From the middle of the part that is kept to the middle of the whole, as it is turned.
  const [dx, dy] = [(0.5 - crop.x - crop.width / 2) * width, (0.5 - crop.y - crop.height / 2) * height];
  const middle = { x: aspect / 2 + dx * cos - dy * sin, y: 0.5 + dx * sin + dy * cos };
  const percent = (/** @type {number} */ part) => `${part * 100}%`;
  return {
    left: percent((middle.x - width / 2) / aspect),
    top: percent(middle.y - height / 2),
    width: percent(width / aspect),
    height: percent(height),
    transform: `rotate(${rotation}deg)`,
  };
}

/** @param {Rotation} rotation */
function turnOf(rotation) {
  return { 0: { cos: 1, sin: 0 }, 90: { cos: 0, sin: 1 }, 180: { cos: -1, sin: 0 }, 270: { cos: 0, sin: -1 } }[rotation];
}

/**
 * @param {Rotation} rotation
 * @param {1 | -1} quarters clockwise
 * @returns {Rotation}
 */
export function turned(rotation, quarters) {
  return /** @type {Rotation} */ ((rotation + quarters * 90 + 360) % 360);
}

/** @param {Size} stage @param {Size} size */
function fitScale(stage, size) {
  return Math.min(stage.width / size.width, stage.height / size.height);
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
