/** The drawing while it is edited: each shape and each handle can have the focus. */
import { t } from "../../../shell/messages.js";
import { canvasOf, drawn, svg } from "./drawing.js";
import { wordsOf } from "./measures.js";
import { distance, handlesOf } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 */

/** By the name of a handle. @type {Record<string, string>} */
const HANDLES = {
  start: t("capture.editor.handle.start"),
  end: t("capture.editor.handle.end"),
  "upper-left": t("capture.editor.handle.upper-left"),
  "upper-right": t("capture.editor.handle.upper-right"),
  "lower-right": t("capture.editor.handle.lower-right"),
  "lower-left": t("capture.editor.handle.lower-left"),
};

/** Radius of a handle, in CSS pixels. */
const HANDLE = 8;

export class Canvas {
  #stage;
  #onChoose;
  #drawing = false;
  /** @type {SVGSVGElement | null} */
  #element = null;
  /** What is being drawn. @type {Shape | null} */
  sketch = null;

  /**
   * @param {import("../viewer/stage.js").Stage} stage
   * @param {(index: number) => void} onChoose a shape was reached by Tab
   */
  constructor(stage, onChoose) {
    this.#stage = stage;
    this.#onChoose = onChoose;
  }

  stop() {
    this.#stage.cover(null);
  }

  /** @returns {string} the handle that has the focus, "" for none */
  get focusedHandle() {
    return this.#focused.split(" handle ")[1] ?? "";
  }

  /** @param {number} index */
  focus(index) {
    this.#find(`shape-${index}`)?.focus();
  }

  /** @param {Shape} shape @param {Point} point @param {number} reach @returns {string} "" for none */
  handleAt(shape, point, reach) {
    const near = Object.entries(handlesOf(shape)).map(([name, at]) => ({ name, away: distance(at, point, this.#stage.original) }));
    return near.filter(({ away }) => away <= reach).sort((one, other) => one.away - other.away)[0]?.name ?? "";
  }

  /**
   * @param {Edits} edits
   * @param {{chosen: number, crop: Shape | null, fixed: boolean}} state `crop`: what is kept, while that is chosen;
   *   `fixed`: nothing of it can be chosen
   */
  draw(edits, { chosen, crop, fixed }) {
    const size = this.#stage.original;
    if (!size.width) return;
    const had = this.#focused;
    const canvas = canvasOf(size);
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label", t("capture.editor.drawn"));
    const shapes = this.sketch ? [...edits.shapes, this.sketch] : edits.shapes;
    shapes.forEach((shape, index) => {
      const element = drawn(shape, { ...edits, shapes }, size);
      if (!fixed && shape !== this.sketch) make(element, `shape-${index}`, wordsOf(shape, shapes, size));
      if (index === chosen) element.setAttribute("class", "chosen");
      canvas.append(element);
      if (index === chosen) canvas.append(...this.#handles(shape, `shape-${index}`, edits.rotation));
    });
    if (crop && "box" in crop) canvas.append(...this.#cropping(crop, edits.rotation));
    canvas.addEventListener("focusin", ({ target }) => {
      const key = target instanceof SVGElement ? (target.dataset.key ?? "") : "";
      if (!this.#drawing && key.startsWith("shape-")) this.#onChoose(Number.parseInt(key.slice("shape-".length), 10));
    });
    this.#drawing = true;
    this.#element = canvas;
    this.#stage.cover(canvas);
    if (had) this.#find(had)?.focus();
    this.#drawing = false;
  }

  get #focused() {
    const { activeElement } = document;
    return activeElement instanceof SVGElement ? (activeElement.dataset.key ?? "") : "";
  }

  /** @param {string} key */
  #find(key) {
    const found = this.#element?.querySelector(`[data-key="${key}"]`);
    return found instanceof SVGElement ? found : null;
  }

  /** @param {Shape} shape @param {string} key @param {import("./shapes.js").Rotation} rotation */
  #handles(shape, key, rotation) {
    const { width, height } = this.#stage.original;
    const r = HANDLE / (this.#stage.scale || 1);
    const names = Object.keys(handlesOf(shape));
    return Object.entries(handlesOf(shape)).map(([name, { x, y }], place) => {
      const dot = svg("circle", { cx: x * width, cy: y * height, r, fill: "#ffffff", stroke: "#0b635e", "stroke-width": r / 3 });
      // A corner is called what it is on the screen.
      const shown = names.length === 4 ? names[(place + rotation / 90) % 4] : name;
      return make(dot, `${key} handle ${name}`, HANDLES[shown]);
    });
  }

  /** @param {Extract<Shape, {box: unknown}>} crop @param {import("./shapes.js").Rotation} rotation */
  #cropping(crop, rotation) {
    const { width, height } = this.#stage.original;
    const { x, y, width: kept, height: high } = crop.box;
    const hole = `M${x * width} ${y * height}h${kept * width}v${high * height}h${-kept * width}Z`;
    const shade = svg("path", { d: `M0 0H${width}V${height}H0Z${hole}`, "fill-rule": "evenodd", fill: "#000000", "fill-opacity": 0.55 });
    const edge = svg("path", { d: hole, fill: "none", stroke: "#ffffff", "stroke-width": 2 / (this.#stage.scale || 1) });
    return [shade, make(edge, "crop", t("capture.editor.kept-part")), ...this.#handles(crop, "crop", rotation)];
  }
}

/** Lets somebody reach it by Tab. @param {Element} element @param {string} key @param {string} name */
function make(element, key, name) {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", name);
  element.setAttribute("data-key", key);
  return element;
}
