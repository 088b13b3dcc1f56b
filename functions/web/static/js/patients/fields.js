/** The fields of a patient, in the dialogs that add and change one (parts/patient-fields.html). */
import { byId, showFieldError, setText } from "../shell/dom.js";
import { showFieldErrors } from "../shell/field-errors.js";
import { t } from "../shell/messages.js";
import { cleanLine } from "../shell/text.js";
import { numberOf } from "./labels.js";

/**
 * @typedef {import("./api.js").Facts} Facts
 * @typedef {import("./api.js").IdentifierKind} IdentifierKind
 * @typedef {import("./api.js").Patient} Patient
 */

/** The field for each of the call's. */
const PLACES = { name: "fact-name", dateOfBirth: "fact-born", sex: "fact-sex", phone: "fact-phone", identifiers: "fact-number" };

export class PatientFields {
  #name = byId("fact-name", HTMLInputElement);
  #born = byId("fact-born", HTMLInputElement);
  #sex = byId("fact-sex", HTMLSelectElement);
  #phone = byId("fact-phone", HTMLInputElement);
  #number = byId("fact-number", HTMLInputElement);
  /** @type {IdentifierKind} */
  #kind = { system: "mrn", label: t("patients.number.default"), required: false };
  /** Numbers of other systems, which stay. @type {Patient["identifiers"]} */
  #others = [];

  /**
   * @param {IdentifierKind} kind
   * @param {Partial<Patient>} patient
   */
  fill(kind, patient) {
    this.#kind = kind;
    this.#others = (patient.identifiers ?? []).filter(({ system }) => system !== kind.system);
    this.#name.value = patient.name ?? "";
    this.#born.value = patient.dateOfBirth ?? "";
    this.#sex.value = patient.sex ?? "";
    this.#phone.value = patient.phone ?? "";
    this.#number.value = numberOf({ identifiers: [], ...patient }, kind);
    this.#number.required = kind.required;
    setText("fact-number-label", kind.label);
    this.clear();
    this.#name.focus();
  }

  clear() {
    for (const place of Object.values(PLACES)) showFieldError(place, "");
  }

  /** @returns {Facts | null} null if a field is not valid, and the first such field has the focus */
  read() {
    this.clear();
    const name = cleanLine(this.#name.value);
    const number = cleanLine(this.#number.value);
    showFieldError("fact-name", name ? "" : t("patients.name.missing"));
    showFieldError("fact-born", this.#born.validity.badInput ? t("patients.born.incomplete") : "");
    showFieldError("fact-number", number || !this.#kind.required ? "" : t("patients.number.missing", { label: this.#kind.label }));
    const wrong = Object.values(PLACES).map((place) => byId(place)).find((field) => field.getAttribute("aria-invalid") === "true");
    if (wrong) {
      wrong.focus();
      return null;
    }
    return {
      name,
      dateOfBirth: this.#born.value || null,
      sex: this.#sex.value || null,
      phone: cleanLine(this.#phone.value) || null,
      identifiers: [...this.#others, ...(number ? [{ system: this.#kind.system, value: number }] : [])],
    };
  }

  /**
   * @param {unknown} error
   * @returns {boolean} whether it was about fields
   */
  showErrors(error) {
    return showFieldErrors(error, PLACES);
  }
}
