/** Buttons of the photo's tools. */
import { make } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";

/** Strokes on a square of 24. */
const PICTURES = {
  closer: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5M8 11h6M11 8v6",
  farther: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5M8 11h6",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  left: "M4 5v5h5M4.6 10a8 8 0 1 1-.3 5",
  right: "M20 5v5h-5M19.4 10a8 8 0 1 0 .3 5",
  compare: "M4 5h7v14H4zM13 5h7v14h-7z",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
  select: "M6 4l12 8-5.5 1L10 19z",
  arrow: "M5 19L19 5M10 5h9v9",
  ellipse: "M12 5a8 7 0 1 0 0 14 8 7 0 0 0 0-14z",
  freehand: "M4 17c3-9 6-11 7-9s-3 8-1 9 5-6 7-6 0 4 3 4",
  text: "M5 6V5h14v1M12 5v14M9 19h6",
  ruler: "M3 8h18v8H3zM7 8v3M11 8v4M15 8v3M19 8v3",
  measure: "M4 12h16M4 8v8M20 8v8M7 9l-3 3 3 3M17 9l3 3-3 3",
  crop: "M7 3v14h14M3 7h14v14",
  undo: "M9 6L4 11l5 5M4 11h9a6 6 0 0 1 6 6v1",
  redo: "M15 6l5 5-5 5M20 11h-9a6 6 0 0 0-6 6v1",
};

/** @typedef {keyof typeof PICTURES} PictureName */

/**
 * A button with a picture, whose name shows when it is pointed at.
 * @param {PictureName} picture
 * @param {string} name
 * @param {string} key the same by keyboard, told with the name; "" without one
 * @param {() => void} act
 */
export function pictureButton(picture, name, key, act) {
  const button = make("button", "button icon-only", drawing(PICTURES[picture]));
  button.type = "button";
  button.setAttribute("aria-label", name);
  button.title = key ? `${name} (${inWords(key)})` : name;
  if (key) button.setAttribute("aria-keyshortcuts", key);
  button.addEventListener("click", act);
  return button;
}

/** @type {Record<string, string>} */
const MODIFIERS = { Control: t("capture.viewer.key.control"), Shift: t("capture.viewer.key.shift") };

/** @param {string} key as `aria-keyshortcuts` has it */
function inWords(key) {
  return key.replace(/\w+(?=\+)/g, (modifier) => MODIFIERS[modifier] ?? modifier);
}

/** @param {string} strokes @returns {SVGSVGElement} */
function drawing(strokes) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", strokes);
  svg.append(path);
  return svg;
}
