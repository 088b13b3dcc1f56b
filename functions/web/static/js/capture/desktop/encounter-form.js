/**
 * The form that begins a capture: whom to photograph. Ids come from links, or are made here: nobody types or reads one
 * that was not given by the record system. Loaded when it is needed, so it may import only modules without state.
 */
import { Combobox } from "../../shell/combobox.js";
import { byId, setText, showFieldError } from "../../shell/dom.js";
import { faultMessage } from "../../shell/faults.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { isComplete, isId } from "./ids.js";
import { aboutKnown, nameOf } from "./patient-words.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {import("./known-patient.js").Patient} Patient
 * @typedef {(text: string, signal: AbortSignal) => Promise<import("openapi").PatientListDocument>} Find
 */

/** More are no help in choosing. */
const MOST = 8;

const NAMES = /** @type {const} */ (["patientName", "patientNHI"]);

export class EncounterForm {
  #onStart;
  #picker;
  /** What a link said. @type {Partial<Encounter>} */
  #asked = {};
  /** @type {Patient | null} */
  #known = null;

  /**
   * @param {(encounter: Encounter) => void} onStart
   * @param {Find} find
   */
  constructor(onStart, find) {
    this.#onStart = onStart;
    this.#picker = pickerOf(find, () => this.#chosen());
    byId("encounter-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("form-other").addEventListener("click", () => {
      const { facilityId } = this.#asked;
      this.show(facilityId ? { facilityId } : {});
      byId("form-find").focus();
    });
  }

  /**
   * @param {Partial<Encounter>} encounter as far as a link tells it, with the clinician's own facility
   * @param {Patient | null} [known] from the directory
   * @param {string} [ids] what a link says about the encounter, in words
   */
  show(encounter, known = null, ids = "") {
    this.#asked = encounter;
    this.#known = known;
    this.#picker.choose(null);
    byId("form-failure").hidden = true;
    const given = known ?? (isComplete(encounter) ? encounter : null);
    byId("form-choose").hidden = Boolean(given);
    byId("form-patient").hidden = !given;
    byId("form-other").hidden = !given;
    // The directory's names are not typed again, and a link's are what the record system says.
    byId("form-names").hidden = !given || Boolean(known || encounter.patientName);
    for (const name of NAMES) {
      byId(name, HTMLInputElement).value = encounter[name] ?? "";
      showFieldError(name, "");
    }
    showFieldError("form-find", "");
    if (known) this.#describe(known.name, aboutKnown(known));
    else if (isComplete(encounter)) this.#describe(nameOf(encounter), ids);
  }

  /** Where somebody goes on by keyboard. */
  focus() {
    (byId("form-choose").hidden ? byId("start") : byId("form-find")).focus();
  }

  /**
   * Shows what the server did not accept, at the fields that it is about.
   * @param {import("../../shell/faults.js").FaultLike[]} errors
   */
  reject(errors) {
    const isShown = (/** @type {string} */ field) => NAMES.some((name) => name === field);
    byId("form-names").hidden &&= !errors.some(({ field }) => isShown(field));
    for (const fault of errors) showFieldError(fault.field, faultMessage(fault));
    const others = errors.filter(({ field }) => !isShown(field)).map(faultMessage);
    const notice = byId("form-failure");
    notice.textContent = [t("capture.form.rejected"), ...others].join(" ");
    notice.hidden = false;
  }

  /** @param {string} name @param {string} about */
  #describe(name, about) {
    setText("form-patient-name", name);
    setText("form-patient-about", about);
  }

  #chosen() {
    showFieldError("form-find", "");
    byId("start").focus();
  }

  #submit() {
    const patientId = (this.#known ?? this.#picker.chosen)?.patientId ?? (isComplete(this.#asked) ? this.#asked.patientId : "");
    if (!patientId) {
      showFieldError("form-find", t("capture.form.choose"));
      return byId("form-find").focus();
    }
    const { encounterId, facilityId = "" } = this.#asked;
    /** @type {Encounter} */
    const encounter = { encounterId: isId(encounterId) ? encounterId : crypto.randomUUID(), patientId, facilityId };
    for (const name of NAMES) {
      const value = cleanLine(byId(name, HTMLInputElement).value);
      if (value && !this.#known) encounter[name] = value;
    }
    this.#onStart(encounter);
  }
}

/**
 * @param {Find} find
 * @param {() => void} onChosen
 */
function pickerOf(find, onChosen) {
  /** @type {import("openapi").PatientListDocument["identifier"]} */
  let identifierKind;
  return new Combobox(byId("form-find", HTMLInputElement), {
    async find(text, signal) {
      const { patients, identifier } = await find(text, signal);
      identifierKind = identifier;
      return patients.slice(0, MOST);
    },
    title: ({ name }) => name,
    detail: (patient) => aboutKnown({ ...patient, identifierKind }),
    onChoose: (patient) => patient && onChosen(),
  });
}
