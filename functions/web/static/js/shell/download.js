/** Hands a file to the browser, which saves it, or offers it to the program that it is for. */
import { make } from "./dom.js";

/**
 * @param {string} content
 * @param {string} name
 * @param {string} type
 */
export function download(content, name, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", "");
  link.href = address;
  link.download = name;
  link.click();
  // Safari reads it only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
