/** The edits in hand, and what the next action is about: a tool, a shape, a colour. */
import { UNCROPPED } from "../viewer/geometry.js";
import { EditHistory } from "./history.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {import("./shapes.js").Shape} Shape
 */

export class Selection {
  #history;
  #onChange;
  #chosen = -1;
  /** @type {import("./toolbar.js").ToolName} */
  tool = "select";
  /** @type {import("./shapes.js").Colour} */
  colour = "red";

  /**
   * @param {Edits} edits
   * @param {() => void} onChange
   */
  constructor(edits, onChange) {
    this.#history = new EditHistory(edits);
    this.#onChange = onChange;
  }

  get edits() {
    return this.#history.now;
  }

  /** Whether saving would change anything. */
  get changed() {
    return this.#history.changed;
  }

  /** Place of the chosen shape; -1 for none. */
  get chosen() {
    return this.#chosen;
  }

  get shape() {
    return this.edits.shapes[this.#chosen] ?? null;
  }

  /** The part that is kept, as a shape. */
  get cropped() {
    return /** @type {Extract<Shape, {box: unknown}>} */ ({ kind: "ellipse", color: "white", box: this.edits.crop ?? UNCROPPED });
  }

  /** What the toolbar shows of it. */
  get state() {
    const { canUndo, canRedo } = this.#history;
    return { tool: this.tool, shape: this.shape, colour: this.colour, canUndo, canRedo, cropped: Boolean(this.edits.crop) };
  }

  /** @param {Partial<Edits>} change @param {string} [join] changes in a row with the same one are undone together */
  change(change, join) {
    this.#history.change(change, join);
    this.#onChange();
  }

  /** Ends a row of changes that are undone together. */
  settle() {
    this.#history.settle();
  }

  /** @param {1 | -1} by */
  go(by) {
    this.#history.go(by);
    if (!this.shape) this.#chosen = -1;
    this.#onChange();
  }

  /** @param {import("./toolbar.js").ToolName} tool */
  use(tool) {
    this.tool = tool;
    this.#chosen = -1;
    this.#onChange();
  }

  /** @param {number} index */
  choose(index) {
    if (index === this.#chosen) return;
    this.#chosen = index;
    this.#onChange();
  }

  /** @param {import("./shapes.js").Colour} colour */
  paint(colour) {
    this.colour = colour;
    this.replace((shape) => ({ ...shape, color: colour }));
    this.#onChange();
  }

  /** Changes the chosen shape. @param {(shape: any) => Shape} change @param {string} [join] */
  replace(change, join) {
    const chosen = this.#chosen;
    if (!this.shape) return;
    const shapes = this.edits.shapes.map((shape, index) => (index === chosen ? change(shape) : shape));
    this.change({ shapes }, join && `${join} ${chosen}`);
  }

  /** Removes the chosen shape. */
  remove() {
    const shapes = this.edits.shapes.filter((_, index) => index !== this.#chosen);
    this.#chosen = -1;
    this.change({ shapes });
  }

  /** Adds a shape, which is chosen then. @param {Shape} shape */
  add(shape) {
    // Lengths of two rulers would contradict each other.
    const others = this.edits.shapes.filter(({ kind }) => kind !== "ruler" || shape.kind !== "ruler");
    this.tool = "select";
    this.#chosen = others.length;
    this.change({ shapes: [...others, shape] });
  }

  /** Puts other edits in the place of these, as one change. @param {Edits} edits */
  restore({ rotation, crop, shapes }) {
    this.#chosen = -1;
    this.change({ rotation, crop, shapes });
  }

  /** @param {Shape} kept @param {string} [join] */
  crop(kept, join) {
    if ("box" in kept) this.change({ crop: kept.box.width * kept.box.height > 0.999 ? undefined : kept.box }, join);
  }
}
