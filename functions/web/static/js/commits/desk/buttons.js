/** Buttons of the record's panel. */
import { make } from "../../shell/dom.js";

/** @param {string} text @param {string} className @param {() => void} act @returns {HTMLButtonElement} */
export function textButton(text, className, act) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}
