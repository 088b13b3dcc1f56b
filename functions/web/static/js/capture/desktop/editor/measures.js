/** Lengths in a photo, known by a ruler in it, and shapes in words. Pure. */
import { distance } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Stroke} Stroke
 * @typedef {import("./shapes.js").Size} Size
 */

/**
 * @param {readonly Shape[]} shapes
 * @param {Size} size
 * @returns {number | null} millimetres of a pixel, null without a ruler
 */
export function scaleBy(shapes, size) {
  const ruler = shapes.find((shape) => shape.kind === "ruler");
  if (ruler?.kind !== "ruler") return null;
  const pixels = distance(ruler.start, ruler.end, size);
  return pixels ? ruler.millimetres / pixels : null;
}

/**
 * @param {Stroke} stroke
 * @param {readonly Shape[]} shapes
 * @param {Size} size
 * @returns {string} "12.3 mm", or "? mm" without a ruler
 */
export function lengthOf(stroke, shapes, size) {
  if (stroke.kind === "ruler") return `${stroke.millimetres} mm`;
  const scale = scaleBy(shapes, size);
  return scale === null ? "? mm" : millimetres(distance(stroke.start, stroke.end, size) * scale);
}

/** No more digits than such a measurement can be trusted in. @param {number} length */
export function millimetres(length) {
  return `${length < 100 ? length.toFixed(1) : Math.round(length)} mm`;
}

/** @type {Record<Shape["kind"], string>} */
const NAMES = { arrow: "Arrow", ellipse: "Circle", freehand: "Line by hand", text: "Text", ruler: "Ruler", measure: "Measure" };

/**
 * @param {Shape} shape
 * @param {readonly Shape[]} shapes
 * @param {Size} size
 * @returns {string} "Measure, 12.3 mm"
 */
export function wordsOf(shape, shapes, size) {
  const name = NAMES[shape.kind];
  if (shape.kind === "text") return `${name} “${shape.text}”`;
  return shape.kind === "ruler" || shape.kind === "measure" ? `${name}, ${lengthOf(shape, shapes, size)}` : name;
}
