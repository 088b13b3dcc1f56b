/** Edits an open photo: draws, measures, turns and crops, by pointer and by keys. Nothing is saved before "Done". */
import { announce } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { UNCROPPED, turned } from "../viewer/geometry.js";
import { Canvas } from "./canvas.js";
import { Keyboard } from "./keyboard.js";
import { wordsOf } from "./measures.js";
import { EditSaver } from "./saver.js";
import { Selection } from "./selection.js";
import { Strokes } from "./strokes.js";
import { TOOLS, Toolbar } from "./toolbar.js";
import { Versions } from "./versions.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./toolbar.js").ToolName} ToolName
 * @typedef {import("../edits.js").EditsOfPhoto} EditsOfPhoto
 * @typedef {{stage: import("../viewer/stage.js").Stage, figure: HTMLElement, tools: HTMLElement}} Places
 */

export class Editor {
  #places;
  #calls;
  #ended;
  #selection;
  #toolbar;
  #canvas;
  #strokes;
  #keyboard;
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
    const selection = (this.#selection = new Selection(edits, () => this.#draw()));
    const saver = new EditSaver(calls, selection, {
      say: (...content) => this.#toolbar.say(...content),
      look: (other) => this.#look(other),
      busy: (isBusy) => this.#setBusy(isBusy),
      ended: (saved) => this.#end(saved),
      stopped: this.#stop.signal,
    });
    this.#toolbar = new Toolbar({
      tool: (tool) => this.#use(tool),
      turn: (quarters) => this.#turn(quarters),
      go: (by) => selection.go(by),
      colour: (colour) => selection.paint(colour),
      text: (text) => selection.replace((shape) => ({ ...shape, text }), "text"),
      length: (millimetres) => selection.replace((shape) => ({ ...shape, millimetres }), "length"),
      settle: () => this.#canvas.focus(selection.chosen),
      remove: () => this.#remove(),
      uncrop: () => selection.change({ crop: undefined }),
      versions: () => void this.#showVersions(),
      cancel: () => this.#end(null),
      done: () => void saver.save(version),
    });
    this.#canvas = new Canvas(places.stage, (index) => selection.choose(index));
    const add = (/** @type {Shape} */ shape) => this.#add(shape);
    this.#strokes = new Strokes(places, selection, this.#canvas, { draw: () => this.#draw(), add, stopped: this.#stop.signal });
    this.#keyboard = new Keyboard(places, selection, this.#canvas, {
      use: (tool) => this.#use(tool),
      turn: (quarters) => this.#turn(quarters),
      remove: () => this.#remove(),
      add,
    });
    places.tools.replaceChildren(...this.#toolbar.elements);
    places.stage.tool = (event, at) => (this.#busy || this.#other ? this.#busy : this.#strokes.press(event, at));
    this.#draw();
    places.figure.focus();
    announce(t("capture.editor.begun"));
  }

  get changed() {
    return this.#selection.changed;
  }

  /** Leaves without saving. */
  stop() {
    this.#stop.abort();
    this.#places.stage.tool = null;
    this.#canvas.stop();
  }

  /** Ends what Escape ends first: another version, a tool, a choice. @returns {boolean} whether there was any */
  back() {
    if (this.#other) this.#return();
    else if (this.#selection.tool !== "select") this.#use("select");
    else if (this.#selection.chosen >= 0) this.#selection.choose(-1);
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
    return this.#keyboard.press(event, Boolean(this.#other));
  }

  /** @param {1 | -1} quarters */
  #turn(quarters) {
    this.#selection.change({ rotation: turned(this.#selection.edits.rotation, quarters) });
  }

  /** @param {ToolName} tool */
  #use(tool) {
    this.#selection.use(tool);
    this.#places.figure.focus();
    announce(`${TOOLS[tool].name}. ${TOOLS[tool].hint}`);
  }

  #remove() {
    const { shape, edits } = this.#selection;
    if (!shape) return;
    announce(t("capture.editor.removed", { shape: wordsOf(shape, edits.shapes, this.#places.stage.original) }));
    this.#selection.remove();
    this.#places.figure.focus();
  }

  /** @param {Shape} shape */
  #add(shape) {
    this.#selection.add(shape);
    if (!this.#toolbar.ask(shape)) this.#canvas.focus(this.#selection.chosen);
  }

  #draw() {
    if (this.#stop.signal.aborted) return;
    const { stage } = this.#places;
    const { tool, cropped, chosen, state } = this.#selection;
    const edits = this.#other ?? this.#selection.edits;
    const cropping = tool === "crop" && !this.#other;
    stage.show({ rotation: edits.rotation, crop: (!cropping && edits.crop) || UNCROPPED });
    this.#canvas.draw(edits, { chosen: this.#other || cropping ? -1 : chosen, crop: cropping ? cropped : null, fixed: Boolean(this.#other) || cropping });
    this.#toolbar.draw({ ...state, busy: this.#busy });
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#busy = isBusy;
    this.#draw();
  }

  /** @param {Edits | null} other */
  #look(other) {
    this.#other = other;
    this.#draw();
  }

  /** Shows one's own edits again, and their options. */
  #return() {
    this.#toolbar.say();
    this.#look(null);
  }

  async #showVersions() {
    this.#setBusy(true);
    const versions = new Versions(await this.#calls.history(), {
      look: (edits) => (edits ? this.#look(edits) : this.#return()),
      restore: (edits) => {
        this.#return();
        this.#selection.restore(edits);
        announce(t("capture.editor.version.used"));
      },
    });
    if (this.#stop.signal.aborted) return;
    this.#busy = false;
    this.#toolbar.say(...versions.elements);
    versions.begin();
  }

  /** @param {{edits: Edits, version: number} | null} saved */
  #end(saved) {
    this.stop();
    this.#ended(saved);
  }
}
