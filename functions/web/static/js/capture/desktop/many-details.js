/** Side, site and view of several photos at once. What is left as it is does not change. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { BODY_SITES, LATERALITIES } from "../metadata.js";
import { textButton } from "./editor/toolbar.js";
import { IMAGE_TYPES } from "./image-types.js";

/**
 * @typedef {import("../metadata.js").Change} Change
 * @typedef {"laterality" | "bodySite" | "imageType"} Field
 * @typedef {readonly import("../metadata.js").Coded[]} Choices
 */

const KEEP = "keep";
const CLEAR = "clear";

/** @type {readonly [Field, string, Choices][]} */
const FIELDS = [
  ["laterality", t("capture.side"), LATERALITIES],
  ["bodySite", t("capture.site"), BODY_SITES],
  ["imageType", t("capture.view"), IMAGE_TYPES],
];

export class ManyDetails {
  element = make("div", "many-details");

  /** @param {(change: Change) => void} onApply with at least one field */
  constructor(onApply) {
    /** @type {Map<Field, HTMLSelectElement>} */
    const selects = new Map();
    for (const [field, name, choices] of FIELDS) {
      const select = make("select", "");
      select.setAttribute("aria-label", name);
      select.append(new Option(t("capture.several.as-it-is", { name }), KEEP), ...choices.map(({ code, display }) => new Option(display, code)), new Option(t("capture.not-set"), CLEAR));
      selects.set(field, select);
    }
    const apply = textButton(t("capture.several.apply"), "button primary", () => {
      const chosen = FIELDS.flatMap(([field, , choices]) => {
        const value = selects.get(field)?.value;
        if (value === KEEP) return [];
        return [[field, value === CLEAR ? null : choices.find(({ code }) => code === value)]];
      });
      if (chosen.length) onApply(Object.fromEntries(chosen));
      for (const select of selects.values()) select.value = KEEP;
    });
    this.element.append(...selects.values(), apply);
  }
}
