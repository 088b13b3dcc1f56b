/** The dialog that changes what is known of a patient. */
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { changePatient } from "../api.js";
import { PatientFields } from "../fields.js";

/**
 * @typedef {import("../api.js").Patient} Patient
 * @typedef {import("../api.js").Read} Read
 */

export class EditDialog {
  #dialog = byId("edit", HTMLDialogElement);
  #fields = new PatientFields();
  #onSaved;
  #onStale;
  /** @type {Read | null} */
  #read = null;
  #busy = false;

  /**
   * @param {(patient: Patient, etag: string) => void} onSaved
   * @param {() => void} onStale the patient was changed elsewhere
   */
  constructor(onSaved, onStale) {
    this.#onSaved = onSaved;
    this.#onStale = onStale;
    byId("edit-cancel").addEventListener("click", () => this.#dialog.close());
    byId("edit-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** @param {Read} read */
  open(read) {
    this.#read = read;
    this.#fail("");
    this.#dialog.showModal();
    this.#fields.fill(read.patient.identifierKind, read.patient);
  }

  async #submit() {
    const facts = this.#busy || !this.#read ? null : this.#fields.read();
    if (!facts || !this.#read) return;
    this.#fail("");
    this.#work(true);
    try {
      const { patient, etag } = await changePatient(this.#read.patient.patientId, facts, this.#read.etag);
      this.#dialog.close();
      this.#onSaved(patient, etag);
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#work(false);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    if (this.#fields.showErrors(error)) return;
    if (error instanceof HttpProblem && error.slug === "duplicate-identifier") {
      return this.#fail(t("patients.number.taken", { name: error.body.name }));
    }
    if (!(error instanceof HttpProblem && error.status === 412)) {
      return this.#fail(errorMessage(error, { forbidden: t("patients.edit.forbidden") }));
    }
    this.#fail(t("patients.edit.stale"));
    this.#onStale();
  }

  /** @param {string} text "" for none */
  #fail(text) {
    setText("edit-failure", text);
    byId("edit-failure").hidden = !text;
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.#busy = busy;
    byId("edit-yes").setAttribute("aria-disabled", String(busy));
    setText("edit-yes", busy ? t("shell.saving") : t("shell.save"));
  }
}
