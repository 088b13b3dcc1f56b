/** Sentences of the document, in which `names` stand between backticks. They are in English on every page. */
import { make } from "../shell/dom.js";

/**
 * @template {HTMLElement} T
 * @param {T} element with words of the document
 * @returns {T}
 */
export function inEnglish(element) {
  element.lang = "en";
  return element;
}

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", "", part) : part));
}
