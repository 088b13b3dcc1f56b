/** Lengths in a photo, known by a ruler in it, and shapes in words. Pure, but for the page’s language. */
import { locale, t } from "../../../shell/messages.js";
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
  if (stroke.kind === "ruler") return lengthInWords(stroke.millimetres);
  const scale = scaleBy(shapes, size);
  return scale === null ? t("capture.editor.mm", { length: "?" }) : millimetres(distance(stroke.start, stroke.end, size) * scale);
}

/** No more digits than such a measurement can be trusted in. @param {number} length */
export function millimetres(length) {
  return length < 100 ? lengthInWords(length, 1) : lengthInWords(Math.round(length));
}

/** @param {number} length in millimetres @param {number} digits behind the point, at least */
export function lengthInWords(length, digits = 0) {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: 1, useGrouping: false });
  return t("capture.editor.mm", { length: format.format(length) });
}

/**
 * @param {Shape} shape
 * @param {readonly Shape[]} shapes
 * @param {Size} size
 * @returns {string} "Measure, 12.3 mm"
 */
export function wordsOf(shape, shapes, size) {
  switch (shape.kind) {
    case "arrow":
      return t("capture.editor.arrow");
    case "ellipse":
      return t("capture.editor.ellipse");
    case "freehand":
      return t("capture.editor.freehand");
    case "text":
      return t("capture.editor.text.shape", { text: shape.text });
    case "ruler":
      return t("capture.editor.ruler.shape", { length: lengthOf(shape, shapes, size) });
    case "measure":
      return t("capture.editor.measure.shape", { length: lengthOf(shape, shapes, size) });
  }
}
