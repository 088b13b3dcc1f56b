/** The editor's tools, one of which is in use, and the options of what is chosen. */
import { make } from "../../../shell/dom.js";
import { t, withElements } from "../../../shell/messages.js";
import { pictureButton } from "../viewer/controls.js";
import { COLOURS, svg } from "./drawing.js";

/**
 * @typedef {"select" | "arrow" | "ellipse" | "freehand" | "text" | "ruler" | "measure" | "crop"} ToolName
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Colour} Colour
 * @typedef {{tool: (tool: ToolName) => void, turn: (quarters: 1 | -1) => void, go: (by: 1 | -1) => void,
 *   colour: (colour: Colour) => void, text: (text: string) => void, length: (millimetres: number) => void,
 *   settle: () => void, remove: () => void, uncrop: () => void, versions: () => void, cancel: () => void, done: () => void}} Actions
 * @typedef {{tool: ToolName, shape: Shape | null, colour: Colour, canUndo: boolean, canRedo: boolean,
 *   cropped: boolean, busy: boolean}} State
 */

/** @type {Record<ToolName, {name: string, key: string, picture: import("../viewer/controls.js").PictureName, hint: string}>} */
export const TOOLS = {
  select: { name: t("capture.editor.select"), key: "v", picture: "select", hint: t("capture.editor.select.hint") },
  arrow: { name: t("capture.editor.arrow"), key: "a", picture: "arrow", hint: t("capture.editor.arrow.hint") },
  ellipse: { name: t("capture.editor.ellipse"), key: "c", picture: "ellipse", hint: t("capture.editor.ellipse.hint") },
  freehand: { name: t("capture.editor.freehand"), key: "p", picture: "freehand", hint: t("capture.editor.freehand.hint") },
  text: { name: t("capture.editor.text"), key: "t", picture: "text", hint: t("capture.editor.text.hint") },
  ruler: { name: t("capture.editor.ruler"), key: "l", picture: "ruler", hint: t("capture.editor.ruler.hint") },
  measure: { name: t("capture.editor.measure"), key: "m", picture: "measure", hint: t("capture.editor.measure.hint") },
  crop: { name: t("capture.editor.crop"), key: "k", picture: "crop", hint: t("capture.editor.crop.hint") },
};

/** @type {Record<Colour, string>} */
const COLOUR_NAMES = {
  red: t("capture.editor.red"),
  yellow: t("capture.editor.yellow"),
  green: t("capture.editor.green"),
  blue: t("capture.editor.blue"),
  black: t("capture.editor.black"),
  white: t("capture.editor.white"),
};

export class Toolbar {
  #actions;
  /** @type {Map<ToolName, HTMLButtonElement>} */
  #tools = new Map();
  /** @type {Map<string, HTMLButtonElement>} */
  #colours = new Map();
  #undo;
  #redo;
  #hint = make("p", "small muted");
  #text = make("input", "");
  #length = make("input", "");
  #textField = make("label", "", ...withElements(t("capture.editor.text.field", { field: "{field}" }), { field: this.#text }));
  #lengthField = make("label", "", ...withElements(t("capture.editor.ruler.field", { field: "{field}" }), { field: this.#length }));
  #swatches = make("div", "swatches");
  #remove;
  #uncrop;
  #buttons;
  #options;
  #panel = make("div", "editor-panel");
  /** In this order in the bar. @type {HTMLElement[]} */
  elements;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    for (const [name, { name: label, key, picture }] of /** @type {[ToolName, typeof TOOLS["select"]][]} */ (Object.entries(TOOLS))) {
      this.#tools.set(name, pictureButton(picture, label, key, () => actions.tool(name)));
    }
    this.#undo = pictureButton("undo", t("capture.editor.undo"), "Control+Z", () => actions.go(-1));
    this.#redo = pictureButton("redo", t("capture.editor.redo"), "Control+Shift+Z", () => actions.go(1));
    this.#remove = textButton(t("capture.editor.remove"), "button", () => actions.remove());
    this.#uncrop = textButton(t("capture.editor.uncrop"), "button", () => actions.uncrop());
    this.#drawColours();
    this.#fillFields();
    this.#buttons = [
      textButton(t("capture.editor.versions"), "button", () => actions.versions()),
      textButton(t("shell.cancel"), "button", () => actions.cancel()),
      textButton(t("capture.editor.done"), "button primary", () => actions.done()),
    ];
    this.#options = make("div", "editor-options", this.#swatches, this.#textField, this.#lengthField, this.#remove, this.#uncrop, this.#hint);
    this.#panel.setAttribute("role", "status");
    this.elements = [
      ...this.#tools.values(),
      pictureButton("left", t("capture.editor.left"), "Shift+R", () => actions.turn(-1)),
      pictureButton("right", t("capture.editor.right"), "r", () => actions.turn(1)),
      this.#undo,
      this.#redo,
      make("div", "editor-buttons", ...this.#buttons),
      this.#options,
      this.#panel,
    ];
  }

  /** @param {State} state */
  draw({ tool, shape, colour, canUndo, canRedo, cropped, busy }) {
    for (const [name, button] of this.#tools) button.setAttribute("aria-pressed", String(name === tool));
    for (const [name, button] of this.#colours) button.setAttribute("aria-pressed", String(name === (shape?.color ?? colour)));
    this.#undo.disabled = !canUndo;
    this.#redo.disabled = !canRedo;
    for (const button of this.#buttons) button.disabled = busy;
    this.#swatches.hidden = tool === "crop";
    this.#textField.hidden = shape?.kind !== "text";
    this.#lengthField.hidden = shape?.kind !== "ruler";
    this.#remove.hidden = !shape;
    this.#uncrop.hidden = tool !== "crop" || !cropped;
    const { hint } = TOOLS[tool];
    const byKeys = !["select", "crop", "freehand"].includes(tool);
    this.#hint.textContent = shape ? "" : byKeys ? t("capture.editor.or-enter", { hint }) : hint;
    if (shape?.kind === "text" && this.#text.value !== shape.text) this.#text.value = shape.text;
    if (shape?.kind === "ruler" && Number(this.#length.value) !== shape.millimetres) this.#length.value = String(shape.millimetres);
  }

  /** Asks for what has just been drawn still lacks. @param {Shape} shape @returns {boolean} whether there is a field */
  ask(shape) {
    const field = shape.kind === "text" ? this.#text : shape.kind === "ruler" ? this.#length : null;
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  /**
   * Shows something else in place of the options.
   * @param {(Node | string)[]} content none: the options again
   */
  say(...content) {
    this.#panel.replaceChildren(...content);
    this.#options.hidden = content.length > 0;
  }

  #drawColours() {
    for (const [name, ink] of /** @type {[Colour, string][]} */ (Object.entries(COLOURS))) {
      const dot = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("circle", { cx: 10, cy: 10, r: 9, fill: ink, stroke: "currentColor" }));
      const button = make("button", "swatch", dot);
      button.type = "button";
      button.setAttribute("aria-label", COLOUR_NAMES[name]);
      button.addEventListener("click", () => this.#actions.colour(name));
      this.#colours.set(name, button);
    }
    this.#swatches.setAttribute("role", "group");
    this.#swatches.setAttribute("aria-label", t("capture.editor.colour"));
    this.#swatches.append(...this.#colours.values());
  }

  #fillFields() {
    for (const field of [this.#text, this.#length]) {
      field.addEventListener("keydown", ({ key }) => key === "Enter" && this.#actions.settle());
    }
    this.#text.maxLength = 100;
    this.#text.autocomplete = "off";
    this.#text.addEventListener("input", () => this.#actions.text(this.#text.value));
    Object.assign(this.#length, { type: "number", min: "0.1", max: "2000", step: "0.1" });
    this.#length.addEventListener("input", () => {
      const valid = this.#length.value !== "" && this.#length.validity.valid;
      this.#length.setAttribute("aria-invalid", String(!valid));
      if (valid) this.#actions.length(Number(this.#length.value));
    });
  }
}

/** @param {string} text @param {string} className @param {() => void} act */
export function textButton(text, className, act) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}
