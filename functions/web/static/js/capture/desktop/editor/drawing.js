/** Edits as SVG over a photo, in pixels of the original. */
import { t } from "../../../shell/messages.js";
import { lengthOf, wordsOf } from "./measures.js";
import { lettersOf, penOf } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./shapes.js").Size} Size
 */

/** Light colours have a dark rim, dark ones a light rim, so that each shows on any skin. */
const DARK = "#14181b";
const LIGHT = "#ffffff";

/** @type {Record<import("./shapes.js").Colour, string>} */
export const COLOURS = { red: "#d81e1e", yellow: "#ffd60a", green: "#0f8a3c", blue: "#1463d8", black: DARK, white: LIGHT };

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 */
export function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** @param {Size} size @returns {SVGSVGElement} */
export function canvasOf({ width, height }) {
  return /** @type {SVGSVGElement} */ (svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "drawn" }));
}

/**
 * All shapes, to be looked at.
 * @param {Edits} edits
 * @param {Size} size
 * @returns {SVGSVGElement}
 */
export function drawingOf(edits, size) {
  const canvas = canvasOf(size);
  const shapes = edits.shapes.map((shape) => wordsOf(shape, edits.shapes, size)).join("; ");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", t("capture.editor.drawn.shapes", { shapes }));
  canvas.append(...edits.shapes.map((shape) => drawn(shape, edits, size)));
  return canvas;
}

/**
 * @param {Shape} shape
 * @param {Edits} edits
 * @param {Size} size
 * @returns {Element}
 */
export function drawn(shape, edits, size) {
  const pen = penOf(size);
  const ink = COLOURS[shape.color];
  const rim = shape.color === "yellow" || shape.color === "white" ? DARK : LIGHT;
  const at = (/** @type {Point} */ { x, y }) => ({ x: x * size.width, y: y * size.height });
  const line = (/** @type {string} */ d, more = {}) => [
    svg("path", { d, stroke: rim, "stroke-width": pen * 2, "stroke-opacity": 0.75, ...more }),
    svg("path", { d, stroke: ink, "stroke-width": pen, ...more }),
  ];
  const words = (/** @type {string} */ text, /** @type {Point} */ { x, y }, more = {}) =>
    svg("text", {
      x,
      y,
      fill: ink,
      stroke: rim,
      "stroke-width": pen,
      "paint-order": "stroke",
      "font-size": lettersOf(size),
      transform: `rotate(${-edits.rotation} ${x} ${y})`,
      ...more,
    }, text);
  const group = (/** @type {Element[]} */ ...parts) =>
    svg("g", { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" }, ...parts);
  if (shape.kind === "text") return group(words(shape.text || t("capture.editor.text"), at(shape.at)));
  if (shape.kind === "freehand") return group(...line(`M${shape.points.map(at).map(({ x, y }) => `${x} ${y}`).join("L")}`));
  if (shape.kind === "ellipse") return group(...line(ellipse(shape.box, size)));
  const [start, end] = [at(shape.start), at(shape.end)];
  if (shape.kind === "arrow") return group(...line(`M${start.x} ${start.y}L${end.x} ${end.y}${head(start, end, pen * 7)}`));
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const dashes = shape.kind === "ruler" ? { "stroke-dasharray": `${pen * 3} ${pen * 2}`, "stroke-linecap": "butt" } : {};
  const [ends, between] = [ticks(start, end, pen * 3), `M${start.x} ${start.y}L${end.x} ${end.y}`];
  const label = { "text-anchor": "middle", dy: -pen * 3 };
  return group(...line(between, dashes), ...line(ends), words(lengthOf(shape, edits.shapes, size), middle, label));
}

/** @param {import("./shapes.js").Box} box @param {Size} size */
function ellipse({ x, y, width, height }, size) {
  const [rx, ry] = [(width / 2) * size.width, (height / 2) * size.height];
  const [left, middle] = [x * size.width, y * size.height + ry];
  return `M${left} ${middle}a${rx} ${ry} 0 1 0 ${rx * 2} 0a${rx} ${ry} 0 1 0 ${-rx * 2} 0Z`;
}

/** The two strokes of an arrow's head. @param {Point} start @param {Point} end @param {number} length */
function head(start, end, length) {
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  const leg = (/** @type {number} */ turn) =>
    `M${end.x} ${end.y}L${end.x - length * Math.cos(angle + turn)} ${end.y - length * Math.sin(angle + turn)}`;
  return leg(0.5) + leg(-0.5);
}

/** Short strokes across both ends. @param {Point} start @param {Point} end @param {number} half */
function ticks(start, end, half) {
  const angle = Math.atan2(end.y - start.y, end.x - start.x) + Math.PI / 2;
  const [dx, dy] = [half * Math.cos(angle), half * Math.sin(angle)];
  return [start, end].map(({ x, y }) => `M${x - dx} ${y - dy}L${x + dx} ${y + dy}`).join("");
}
