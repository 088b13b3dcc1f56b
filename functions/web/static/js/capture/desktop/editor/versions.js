/** Earlier versions of a photo's edits: looked at, and taken over. */
import { make } from "../../../shell/dom.js";
import { formatMoment } from "../../../shell/format.js";
import { t } from "../../../shell/messages.js";
import { NO_EDITS } from "./shapes.js";
import { textButton } from "./toolbar.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {{versions: import("openapi").EditVersionDocument[]} | {failure: string}} Found
 */

export class Versions {
  #select = make("select", "");
  #handlers;
  /** @type {Edits[]} newest first, at last the photo as it arrived */
  #edits;
  elements;

  /**
   * @param {Found} found
   * @param {{look: (edits: Edits | null) => void, restore: (edits: Edits) => void}} handlers
   */
  constructor(found, handlers) {
    this.#handlers = handlers;
    const versions = "versions" in found ? found.versions : [];
    this.#edits = [...versions.map(({ edits }) => edits), NO_EDITS];
    const names = versions.map(({ version, savedAt, savedByName }) => {
      const when = formatMoment(Date.parse(savedAt));
      return savedByName ? t("capture.editor.version.by", { version, when, name: savedByName }) : t("capture.editor.version.of", { version, when });
    });
    this.#select.replaceChildren(...[...names, t("capture.editor.version.first")].map((name, index) => new Option(name, String(index))));
    this.#select.setAttribute("aria-label", t("capture.editor.version"));
    this.#select.addEventListener("change", () => this.#look());
    const back = textButton(t("capture.editor.version.mine"), "button", () => handlers.look(null));
    const restore = textButton(t("capture.editor.version.use"), "button primary", () => handlers.restore(this.#chosen));
    this.elements = "failure" in found ? [t("capture.edits.no-history", { reason: found.failure }), back] : [this.#select, back, restore];
  }

  /** Shows the first of them. */
  begin() {
    this.#look();
    this.#select.focus();
  }

  get #chosen() {
    return this.#edits[Number(this.#select.value)];
  }

  #look() {
    this.#handlers.look(this.#chosen);
  }
}
