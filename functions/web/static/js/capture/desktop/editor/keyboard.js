/** What keys do to an open photo: choose tools, move shapes, and put them in the middle of what is in view. */
import { handlesOf, movedBy, reshaped, shapeBetween, stepOn } from "./shapes.js";
import { TOOLS } from "./toolbar.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./toolbar.js").ToolName} ToolName
 * @typedef {{use: (tool: ToolName) => void, turn: (quarters: 1 | -1) => void, remove: () => void,
 *   add: (shape: Shape) => void}} KeyboardHandlers
 */

/** What an arrow key moves by, and with Shift, in shares of the longest side. */
const STEP = 0.01;
const FINE = 0.001;

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

export class Keyboard {
  #places;
  #selection;
  #canvas;
  #handlers;

  /**
   * @param {import("./editor.js").Places} places
   * @param {import("./selection.js").Selection} selection
   * @param {import("./canvas.js").Canvas} canvas
   * @param {KeyboardHandlers} handlers
   */
  constructor(places, selection, canvas, handlers) {
    this.#places = places;
    this.#selection = selection;
    this.#canvas = canvas;
    this.#handlers = handlers;
  }

  /**
   * @param {KeyboardEvent} event outside of any field
   * @param {boolean} fixed whether another version is looked at, which nothing changes
   * @returns {boolean} whether it was for the editor
   */
  press(event, fixed) {
    const { key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey) {
      const by = { z: shiftKey ? 1 : -1, y: 1 }[key.toLowerCase()];
      if (by) this.#selection.go(/** @type {1 | -1} */ (by));
      return Boolean(by);
    }
    if (event.altKey || fixed) return key in ARROWS;
    const tool = /** @type {ToolName | undefined} */ (Object.keys(TOOLS).find((name) => TOOLS[/** @type {ToolName} */ (name)].key === key));
    if (tool) this.#handlers.use(tool);
    else if (key === "r" || key === "R") this.#handlers.turn(key === "r" ? 1 : -1);
    else if (key === "Delete" || key === "Backspace") this.#handlers.remove();
    else if (key in ARROWS) this.#nudge(ARROWS[key], shiftKey ? FINE : STEP) || this.#places.stage.nudge(key);
    else if (key === "Enter" && document.activeElement === this.#places.figure) return this.#place();
    else return false;
    return true;
  }

  /** Puts a shape in the middle of what is in view. @returns {boolean} */
  #place() {
    const { tool: kind, colour } = this.#selection;
    if (kind === "select" || kind === "crop" || kind === "freehand") return false;
    const { x, y } = this.#places.stage.middle;
    if (kind === "text") this.#handlers.add({ kind, color: colour, at: { x, y }, text: "" });
    else this.#handlers.add(shapeBetween(kind, colour, { x: x - 0.1, y: y - (kind === "ellipse" ? 0.1 : 0) }, { x: x + 0.1, y: y + (kind === "ellipse" ? 0.1 : 0) }));
    return true;
  }

  /** @param {Point} direction on the screen @param {number} share @returns {boolean} whether anything could move */
  #nudge(direction, share) {
    const size = this.#places.stage.original;
    const length = share * Math.max(size.width, size.height);
    const by = stepOn({ x: direction.x * length, y: direction.y * length }, this.#selection.edits.rotation, size);
    const handle = this.#canvas.focusedHandle;
    const change = (/** @type {Shape} */ shape) => {
      const at = handle && handlesOf(shape)[handle];
      return at ? reshaped(shape, handle, { x: at.x + by.x, y: at.y + by.y }) : movedBy(shape, by);
    };
    if (this.#selection.tool === "crop") this.#selection.crop(change(this.#selection.cropped), "crop");
    else if (this.#selection.shape) this.#selection.replace(change, "nudge");
    else return false;
    return true;
  }
}
