/** Asks to make sure of the patient, when this page and the phone's show two. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";

export class PatientCheck {
  #name = field("record-name", t("commits.patient.name"));
  #one = field("record-one", t("commits.patient.one"));
  #other = field("record-other", t("commits.patient.other"));
  element;

  constructor() {
    const legend = make("legend", "legend", t("commits.patient"));
    const or = make("p", "hint", t("commits.patient.or"));
    const numbers = make("div", "pair", this.#one.element, this.#other.element);
    this.element = make("fieldset", "record-check stack", legend, make("p", "", t("commits.patient.about")), this.#name.element, or, numbers);
    this.element.hidden = true;
  }

  /** @returns {{name: string} | {identifiers: string[]} | null} */
  get given() {
    if (this.element.hidden) return null;
    const name = this.#name.value;
    return name ? { name } : { identifiers: [this.#one.value, this.#other.value] };
  }

  get isComplete() {
    return this.element.hidden || Boolean(this.#name.value || (this.#one.value && this.#other.value));
  }

  show() {
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
    for (const each of [this.#name, this.#one, this.#other]) each.clear();
  }

  focus() {
    this.#name.focus();
  }
}

/** @param {string} id @param {string} text */
function field(id, text) {
  const label = make("label", "", text);
  label.htmlFor = id;
  const input = make("input", "");
  input.id = id;
  input.autocomplete = "off";
  input.maxLength = 200;
  return {
    element: make("div", "field", label, input),
    get value() {
      return cleanLine(input.value);
    },
    clear: () => void (input.value = ""),
    focus: () => input.focus(),
  };
}
