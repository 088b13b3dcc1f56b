/** Edits an open photo: draws, measures, turns and crops, by pointer and by keys. Nothing is saved before "Done". */
import { announce } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { UNCROPPED, turned } from "../viewer/geometry.js";
import { Canvas } from "./canvas.js";
import { EditHistory } from "./history.js";
import { wordsOf } from "./measures.js";
import { handlesOf, hit, movedBy, reshaped, shapeBetween, simplified, stepOn, straightened } from "./shapes.js";
import { TOOLS, Toolbar, textButton } from "./toolbar.js";
import { Versions } from "./versions.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./toolbar.js").ToolName} ToolName
 * @typedef {import("../edits.js").EditsOfPhoto} EditsOfPhoto
 * @typedef {{stage: import("../viewer/stage.js").Stage, figure: HTMLElement, tools: HTMLElement}} Places
 */

/** How near a pointer has to be, in CSS pixels. */
const REACH = 14;

/** What an arrow key moves by, and with Shift, in shares of the longest side. */
const STEP = 0.01;
const FINE = 0.001;

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

export class Editor {
  #places;
  #calls;
  #ended;
  #history;
  #version;
  #toolbar;
  #canvas;
  /** @type {ToolName} */
  #tool = "select";
  #chosen = -1;
  /** @type {import("./shapes.js").Colour} */
  #colour = "red";
  #busy = false;
  /** Shown instead of one's own, to be looked at. @type {Edits | null} */
  #other = null;
  #stop = new AbortController();

  /**
   * @param {Places} places
   * @param {{edits: Edits, version: number}} begin
   * @param {EditsOfPhoto} calls
   * @param {(saved: {edits: Edits, version: number} | null) => void} ended
   */
  constructor(places, { edits, version }, calls, ended) {
    this.#places = places;
    this.#calls = calls;
    this.#ended = ended;
    this.#version = version;
    this.#history = new EditHistory(edits);
    this.#toolbar = new Toolbar({
      tool: (tool) => this.#use(tool),
      turn: (quarters) => this.#change({ rotation: turned(this.#edits.rotation, quarters) }),
      go: (by) => this.#go(by),
      colour: (colour) => this.#paint(colour),
      text: (text) => this.#replace((shape) => ({ ...shape, text }), "text"),
      length: (millimetres) => this.#replace((shape) => ({ ...shape, millimetres }), "length"),
      settle: () => this.#canvas.focus(this.#chosen),
      remove: () => this.#remove(),
      uncrop: () => this.#change({ crop: undefined }),
      versions: () => void this.#showVersions(),
      cancel: () => this.#end(null),
      done: () => void this.#save(this.#version),
    });
    this.#canvas = new Canvas(places.stage, (index) => this.#choose(index));
    places.tools.replaceChildren(...this.#toolbar.elements);
    places.stage.tool = (event, at) => this.#press(event, at);
    this.#draw();
    places.figure.focus();
    announce(t("capture.editor.begun"));
  }

  get changed() {
    return this.#history.changed;
  }

  /** Leaves without saving. */
  stop() {
    this.#stop.abort();
    this.#places.stage.tool = null;
    this.#canvas.stop();
  }

  /** Ends what Escape ends first: another version, a tool, a choice. @returns {boolean} whether there was any */
  back() {
    if (this.#other) this.#look(null);
    else if (this.#tool !== "select") this.#use("select");
    else if (this.#chosen >= 0) this.#choose(-1);
    else return false;
    this.#places.figure.focus();
    return true;
  }

  /** Draws anew after zooming, because what can be taken keeps its size on the screen. */
  redraw() {
    this.#draw();
  }

  /** @param {KeyboardEvent} event outside of any field @returns {boolean} whether it was for the editor */
  key(event) {
    const { key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey) {
      const by = { z: shiftKey ? 1 : -1, y: 1 }[key.toLowerCase()];
      if (by) this.#go(/** @type {1 | -1} */ (by));
      return Boolean(by);
    }
    if (event.altKey || this.#other) return key in ARROWS;
    const tool = /** @type {ToolName | undefined} */ (Object.keys(TOOLS).find((name) => TOOLS[/** @type {ToolName} */ (name)].key === key));
    if (tool) this.#use(tool);
    else if (key === "r" || key === "R") this.#change({ rotation: turned(this.#edits.rotation, key === "r" ? 1 : -1) });
    else if (key === "Delete" || key === "Backspace") this.#remove();
    else if (key in ARROWS) this.#nudge(ARROWS[key], shiftKey ? FINE : STEP) || this.#places.stage.nudge(key);
    else if (key === "Enter" && document.activeElement === this.#places.figure) return this.#place();
    else return false;
    return true;
  }

  get #edits() {
    return this.#history.now;
  }

  get #shape() {
    return this.#edits.shapes[this.#chosen] ?? null;
  }

  get #size() {
    return this.#places.stage.original;
  }

  /** @param {Partial<Edits>} change @param {string} [join] */
  #change(change, join) {
    this.#history.change(change, join);
    this.#draw();
  }

  /** @param {1 | -1} by */
  #go(by) {
    this.#history.go(by);
    if (!this.#shape) this.#chosen = -1;
    this.#draw();
  }

  /** @param {ToolName} tool */
  #use(tool) {
    this.#tool = tool;
    this.#chosen = -1;
    this.#draw();
    this.#places.figure.focus();
    announce(`${TOOLS[tool].name}. ${TOOLS[tool].hint}`);
  }

  /** @param {number} index */
  #choose(index) {
    if (index === this.#chosen) return;
    this.#chosen = index;
    this.#draw();
  }

  /** @param {import("./shapes.js").Colour} colour */
  #paint(colour) {
    this.#colour = colour;
    this.#replace((shape) => ({ ...shape, color: colour }));
    this.#draw();
  }

  /** @param {(shape: any) => Shape} change @param {string} [join] */
  #replace(change, join) {
    const chosen = this.#chosen;
    if (!this.#shape) return;
    const shapes = this.#edits.shapes.map((shape, index) => (index === chosen ? change(shape) : shape));
    this.#change({ shapes }, join && `${join} ${chosen}`);
  }

  #remove() {
    const shape = this.#shape;
    if (!shape) return;
    announce(t("capture.editor.removed", { shape: wordsOf(shape, this.#edits.shapes, this.#size) }));
    const shapes = this.#edits.shapes.filter((_, index) => index !== this.#chosen);
    this.#chosen = -1;
    this.#change({ shapes });
    this.#places.figure.focus();
  }

  /** Adds a shape, which is chosen then. @param {Shape} shape */
  #add(shape) {
    // Lengths of two rulers would contradict each other.
    const others = this.#edits.shapes.filter(({ kind }) => kind !== "ruler" || shape.kind !== "ruler");
    this.#tool = "select";
    this.#chosen = others.length;
    this.#change({ shapes: [...others, shape] });
    if (!this.#toolbar.ask(shape)) this.#canvas.focus(this.#chosen);
  }

  /** Puts a shape in the middle of what is in view. @returns {boolean} */
  #place() {
    const kind = this.#tool;
    if (kind === "select" || kind === "crop" || kind === "freehand") return false;
    const { x, y } = this.#places.stage.middle;
    if (kind === "text") this.#add({ kind, color: this.#colour, at: { x, y }, text: "" });
    else this.#add(shapeBetween(kind, this.#colour, { x: x - 0.1, y: y - (kind === "ellipse" ? 0.1 : 0) }, { x: x + 0.1, y: y + (kind === "ellipse" ? 0.1 : 0) }));
    return true;
  }

  /** @param {Point} direction on the screen @param {number} share @returns {boolean} whether anything could move */
  #nudge(direction, share) {
    const length = share * Math.max(this.#size.width, this.#size.height);
    const by = stepOn({ x: direction.x * length, y: direction.y * length }, this.#edits.rotation, this.#size);
    const handle = this.#canvas.focusedHandle;
    const change = (/** @type {Shape} */ shape) => {
      const at = handle && handlesOf(shape)[handle];
      return at ? reshaped(shape, handle, { x: at.x + by.x, y: at.y + by.y }) : movedBy(shape, by);
    };
    if (this.#tool === "crop") this.#crop(change(this.#cropped), "crop");
    else if (this.#shape) this.#replace(change, "nudge");
    else return false;
    return true;
  }

  /** The part that is kept, as a shape. */
  get #cropped() {
    return /** @type {Extract<Shape, {box: unknown}>} */ ({ kind: "ellipse", color: "white", box: this.#edits.crop ?? UNCROPPED });
  }

  /** @param {Shape} kept @param {string} [join] */
  #crop(kept, join) {
    if ("box" in kept) this.#change({ crop: kept.box.width * kept.box.height > 0.999 ? undefined : kept.box }, join);
  }

  /** @param {PointerEvent} event @param {Point} start @returns {boolean} whether the pointer is taken */
  #press(event, start) {
    if (this.#busy || this.#other) return this.#busy;
    const reach = REACH / this.#places.stage.scale;
    const tool = this.#tool;
    if (tool === "text") {
      const put = (/** @type {Point} */ at) => {
        this.#canvas.sketch = movedBy({ kind: tool, color: this.#colour, at: start, text: "" }, { x: at.x - start.x, y: at.y - start.y });
        this.#draw();
      };
      put(start);
      return this.#drag(event, [], put);
    }
    if (tool !== "select" && tool !== "crop") return this.#drag(event, [start], (at, path) => this.#drawing(tool, start, at, path, event));
    const shape = tool === "crop" ? this.#cropped : this.#shape;
    const handle = shape && this.#canvas.handleAt(shape, start, reach);
    const apply = (/** @type {Shape} */ changed) => (tool === "crop" ? this.#crop(changed, "drag") : this.#replace(() => changed, "drag"));
    if (shape && handle) return this.#drag(event, [], (at) => apply(reshaped(shape, handle, at)));
    if (tool === "crop") {
      const whole = this.#cropped.box;
      const inside = this.#edits.crop && start.x > whole.x && start.y > whole.y && start.x < whole.x + whole.width && start.y < whole.y + whole.height;
      const made = (/** @type {Point} */ at) => /** @type {Shape} */ (shapeBetween("ellipse", "white", start, at));
      const kept = this.#cropped;
      return this.#drag(event, [], (at) => this.#crop(inside ? movedBy(kept, { x: at.x - start.x, y: at.y - start.y }) : made(at), "drag"));
    }
    const found = hit(this.#edits.shapes, start, this.#size, reach, this.#edits.rotation);
    this.#choose(found);
    const moving = this.#shape;
    if (!moving) return false;
    this.#canvas.focus(found);
    return this.#drag(event, [], (at) => apply(movedBy(moving, { x: at.x - start.x, y: at.y - start.y })));
  }

  /** @type {(...args: [Exclude<ToolName, "select" | "crop" | "text">, Point, Point, Point[], PointerEvent]) => void} */
  #drawing(kind, start, at, path, { shiftKey }) {
    const end = shiftKey ? straightened(kind, start, at, this.#size) : at;
    const color = this.#colour;
    const shape = kind === "freehand" ? { kind, color, points: simplified(path, this.#size) } : shapeBetween(kind, color, start, end);
    const points = "points" in shape ? shape.points : Object.values(handlesOf(shape));
    const spread = (/** @type {"x" | "y"} */ axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
    // A click draws nothing.
    const enough = Math.hypot(spread("x") * this.#size.width, spread("y") * this.#size.height) * this.#places.stage.scale > 6;
    this.#canvas.sketch = enough && points.length > 1 ? shape : null;
    this.#draw();
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
      this.#history.settle();
      if (sketch && kept) this.#add(sketch);
      else this.#draw();
    };
    figure.addEventListener("pointerup", () => end(true), { signal });
    figure.addEventListener("pointercancel", () => end(false), { signal });
    this.#stop.signal.addEventListener("abort", () => over.abort(), { signal });
    return true;
  }

  #draw() {
    if (this.#stop.signal.aborted) return;
    const { stage } = this.#places;
    const edits = this.#other ?? this.#edits;
    const cropping = this.#tool === "crop" && !this.#other;
    stage.show({ rotation: edits.rotation, crop: (!cropping && edits.crop) || UNCROPPED });
    this.#canvas.draw(edits, { chosen: this.#other || cropping ? -1 : this.#chosen, crop: cropping ? this.#cropped : null, fixed: Boolean(this.#other) || cropping });
    const { canUndo, canRedo } = this.#history;
    const state = { tool: this.#tool, shape: this.#shape, colour: this.#colour, canUndo, canRedo, cropped: Boolean(this.#edits.crop), busy: this.#busy };
    this.#toolbar.draw(state);
  }

  /** @param {Edits | null} other */
  #look(other) {
    this.#other = other;
    if (!other) this.#toolbar.say();
    this.#draw();
  }

  async #showVersions() {
    this.#busy = true;
    this.#draw();
    const versions = new Versions(await this.#calls.history(), {
      look: (edits) => this.#look(edits),
      restore: (edits) => {
        this.#look(null);
        this.#chosen = -1;
        this.#change({ rotation: edits.rotation, crop: edits.crop, shapes: edits.shapes });
        announce(t("capture.editor.version.used"));
      },
    });
    if (this.#stop.signal.aborted) return;
    this.#busy = false;
    this.#toolbar.say(...versions.elements);
    versions.begin();
  }

  /** @param {number} version that is replaced */
  async #save(version) {
    if (!this.changed) return this.#end(null);
    const edits = { ...this.#edits, shapes: this.#edits.shapes.filter((shape) => shape.kind !== "text" || shape.text.trim()) };
    this.#busy = true;
    this.#look(null);
    const answer = await this.#calls.save(edits, version);
    if (this.#stop.signal.aborted) return;
    this.#busy = false;
    this.#draw();
    if ("saved" in answer) return this.#end({ edits: answer.saved, version: answer.version });
    if ("theirs" in answer) return this.#decide(answer.theirs, answer.version);
    this.#toolbar.say(t("capture.edits.not-saved", { reason: answer.failure }), textButton(t("shell.try-again"), "button", () => void this.#save(version)));
  }

  /**
   * Lets a person decide between their edits and those that somebody else has saved meanwhile.
   * @param {Edits} theirs
   * @param {number} version
   */
  #decide(theirs, version) {
    const look = textButton(t("capture.editor.theirs.show-mine"), "button", () => {
      const showing = this.#other ? null : theirs;
      this.#other = showing;
      look.textContent = showing ? t("capture.editor.theirs.show-mine") : t("capture.editor.theirs.show");
      this.#draw();
    });
    this.#other = theirs;
    this.#draw();
    this.#toolbar.say(
      t("capture.editor.theirs"),
      look,
      textButton(t("capture.editor.theirs.take"), "button", () => this.#end({ edits: theirs, version })),
      textButton(t("capture.editor.theirs.replace"), "button primary", () => void this.#save(version)),
    );
  }

  /** @param {{edits: Edits, version: number} | null} saved */
  #end(saved) {
    this.stop();
    this.#ended(saved);
  }
}
