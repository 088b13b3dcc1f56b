/** What a pointer does to an open photo: draws a shape, or moves, reshapes or crops. */
import { handlesOf, hit, movedBy, reshaped, shapeBetween, simplified, straightened } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./toolbar.js").ToolName} ToolName
 */

/** How near a pointer has to be, in CSS pixels. */
const REACH = 14;

/** A stroke shorter than this, in CSS pixels, is a click, which draws nothing. */
const SHORTEST = 6;

export class Strokes {
  #places;
  #selection;
  #canvas;
  #handlers;

  /**
   * @param {import("./editor.js").Places} places
   * @param {import("./selection.js").Selection} selection
   * @param {import("./canvas.js").Canvas} canvas
   * @param {{draw: () => void, add: (shape: Shape) => void, stopped: AbortSignal}} handlers
   */
  constructor(places, selection, canvas, handlers) {
    this.#places = places;
    this.#selection = selection;
    this.#canvas = canvas;
    this.#handlers = handlers;
  }

  /** @param {PointerEvent} event @param {Point} start @returns {boolean} whether the pointer is taken */
  press(event, start) {
    const { tool } = this.#selection;
    if (tool === "text") return this.#write(event, start);
    if (tool === "crop") return this.#crop(event, start);
    if (tool === "select") return this.#move(event, start);
    return this.#drag(event, [start], (at, path) => this.#sketch(tool, start, at, path, event));
  }

  /** @param {PointerEvent} event @param {Point} start */
  #write(event, start) {
    const { colour } = this.#selection;
    const put = (/** @type {Point} */ at) => {
      this.#canvas.sketch = movedBy({ kind: "text", color: colour, at: start, text: "" }, between(start, at));
      this.#handlers.draw();
    };
    put(start);
    return this.#drag(event, [], put);
  }

  /** @param {PointerEvent} event @param {Point} start */
  #crop(event, start) {
    const kept = this.#selection.cropped;
    const { x, y, width, height } = kept.box;
    const handle = this.#handleAt(kept, start);
    const isInside = this.#selection.edits.crop && start.x > x && start.y > y && start.x < x + width && start.y < y + height;
    /** @param {Point} at @returns {Shape} */
    const changed = (at) => {
      if (handle) return reshaped(kept, handle, at);
      return isInside ? movedBy(kept, between(start, at)) : shapeBetween("ellipse", "white", start, at);
    };
    return this.#drag(event, [], (at) => this.#selection.crop(changed(at), "drag"));
  }

  /** @param {PointerEvent} event @param {Point} start */
  #move(event, start) {
    const { shape } = this.#selection;
    const handle = shape && this.#handleAt(shape, start);
    const apply = (/** @type {Shape} */ changed) => this.#selection.replace(() => changed, "drag");
    if (shape && handle) return this.#drag(event, [], (at) => apply(reshaped(shape, handle, at)));
    const { shapes, rotation } = this.#selection.edits;
    const found = hit(shapes, start, this.#places.stage.original, this.#reach, rotation);
    this.#selection.choose(found);
    const moving = this.#selection.shape;
    if (!moving) return false;
    this.#canvas.focus(found);
    return this.#drag(event, [], (at) => apply(movedBy(moving, between(start, at))));
  }

  get #reach() {
    return REACH / this.#places.stage.scale;
  }

  /** @param {Shape} shape @param {Point} at */
  #handleAt(shape, at) {
    return this.#canvas.handleAt(shape, at, this.#reach);
  }

  /** @type {(...args: [Exclude<ToolName, "select" | "crop" | "text">, Point, Point, Point[], PointerEvent]) => void} */
  #sketch(kind, start, at, path, { shiftKey }) {
    const { original: size, scale } = this.#places.stage;
    const end = shiftKey ? straightened(kind, start, at, size) : at;
    const color = this.#selection.colour;
    const shape = kind === "freehand" ? { kind, color, points: simplified(path, size) } : shapeBetween(kind, color, start, end);
    const points = "points" in shape ? shape.points : Object.values(handlesOf(shape));
    const spread = (/** @type {"x" | "y"} */ axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
    const isEnough = Math.hypot(spread("x") * size.width, spread("y") * size.height) * scale > SHORTEST;
    this.#canvas.sketch = isEnough && points.length > 1 ? shape : null;
    this.#handlers.draw();
  }

  /**
   * Follows the pointer until it is lifted.
   * @param {PointerEvent} event
   * @param {Point[]} path
   * @param {(at: Point, path: Point[]) => void} move
   */
  #drag(event, path, move) {
    const { figure, stage } = this.#places;
    const over = new AbortController();
    const { signal } = over;
    figure.setPointerCapture(event.pointerId);
    figure.addEventListener("pointermove", (moved) => {
      const at = stage.pointOf(moved);
      path.push(at);
      move(at, path);
    }, { signal });
    const end = (/** @type {boolean} */ kept) => {
      over.abort();
      const sketch = this.#canvas.sketch;
      this.#canvas.sketch = null;
      this.#selection.settle();
      if (sketch && kept) this.#handlers.add(sketch);
      else this.#handlers.draw();
    };
    figure.addEventListener("pointerup", () => end(true), { signal });
    figure.addEventListener("pointercancel", () => end(false), { signal });
    this.#handlers.stopped.addEventListener("abort", () => over.abort(), { signal });
    return true;
  }
}

/** @param {Point} from @param {Point} to @returns {Point} the way between them */
function between(from, to) {
  return { x: to.x - from.x, y: to.y - from.y };
}
