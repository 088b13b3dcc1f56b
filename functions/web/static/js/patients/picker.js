/** Lets somebody choose a patient by name, number, phone or date of birth. */
import { Combobox } from "../shell/combobox.js";
import { t } from "../shell/messages.js";
import { listPatients } from "./api.js";
import { aboutPatient } from "./labels.js";

/**
 * @typedef {import("./api.js").Patient} Patient
 * @typedef {Combobox<Patient>} PatientPicker
 */

/** More are no help in choosing. */
const MOST = 8;

/**
 * @param {HTMLInputElement} input
 * @param {(patient: Patient | null) => void} [onChoose] null when the text is changed again
 * @returns {PatientPicker}
 */
export function patientPicker(input, onChoose) {
  /** @type {import("./api.js").IdentifierKind} */
  let kind = { system: "", label: "", required: false };
  return new Combobox(input, {
    async find(text, signal) {
      const { patients, identifier } = await listPatients(text, null, signal);
      kind = identifier;
      return patients.slice(0, MOST);
    },
    title: ({ name }) => name,
    detail: (patient) => aboutPatient(patient, kind, new Date()),
    nothing: (text) => (text ? t("patients.picker.nothing", { text }) : t("patients.none")),
    ...(onChoose && { onChoose }),
  });
}

export { patientPath } from "./labels.js";
