/** Loads the form's script once it is shown: most people come with a link, and never see it. */
import { isComplete } from "./ids.js";
import { listPatients } from "./known-patient.js";
import { idsInWords } from "./patient-bar.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {import("./api.js").Encounter} Encounter */

export class FormLoader {
  #onStart;
  /** Null until its script has been loaded. @type {import("./encounter-form.js").EncounterForm | null} */
  #form = null;

  /** @param {(encounter: Encounter) => void} onStart */
  constructor(onStart) {
    this.#onStart = onStart;
  }

  /**
   * @param {Partial<Encounter>} encounter
   * @param {import("./known-patient.js").Patient | null} known who is not asked for again
   * @throws if the script cannot be loaded
   */
  async show(encounter, known) {
    if (!this.#form) {
      const { EncounterForm } = await import("./encounter-form.js");
      this.#form = new EncounterForm(this.#onStart, listPatients);
    }
    this.#form.show(encounter, known, isComplete(encounter) ? idsInWords(encounter) : "");
    showDesktopScreen("form");
    this.#form.focus();
  }

  /** @param {import("../../shell/http.js").HttpProblem["errors"]} errors of the facts that it sent */
  reject(errors) {
    this.#form?.reject(errors);
  }
}
