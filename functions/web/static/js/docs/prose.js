/** Sentences of the document, in which `names` stand between backticks. */
import { make } from "../shell/dom.js";

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", "", part) : part));
}
