/** The dialog that adds a patient, once nobody alike is in the directory already. */
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { addPatient, getPatient } from "../api.js";
import { PatientFields } from "../fields.js";
import { patientPath } from "../labels.js";
import { drawAlike, findAlike, hideAlike } from "./alike.js";

/** @typedef {import("../api.js").IdentifierKind} IdentifierKind */

export class NewDialog {
  #dialog = byId("new", HTMLDialogElement);
  #fields = new PatientFields();
  /** @type {IdentifierKind} */
  #kind = { system: "mrn", label: t("patients.number.default"), required: false };
  #busy = false;
  /** Where somebody goes on with a new patient. @type {(patientId: string) => string} */
  pathOf = patientPath;
  /** What was compared with patients who are alike, as JSON: the next press adds it all the same. */
  #compared = "";
  /** The idempotency key: the same for each try of the same patient. */
  #key = "";
  #sent = "";

  constructor() {
    byId("new-cancel").addEventListener("click", () => this.#dialog.close());
    byId("new-form").addEventListener("input", () => this.#forget());
    byId("new-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /**
   * @param {IdentifierKind} kind
   * @param {string} name what was looked for, if it may be a name
   */
  open(kind, name) {
    this.#kind = kind;
    this.#sent = "";
    this.#forget();
    this.#fail("");
    this.#dialog.showModal();
    this.#fields.fill(kind, { name });
  }

  #forget() {
    this.#compared = "";
    hideAlike();
    this.#work(this.#busy);
  }

  async #submit() {
    if (this.#busy) return;
    this.#fail("");
    const facts = this.#fields.read();
    if (!facts) return;
    const text = JSON.stringify(facts);
    this.#work(true);
    try {
      if (text !== this.#compared) {
        const alike = await findAlike(facts);
        if (alike.length) {
          this.#compared = text;
          return drawAlike(facts, alike, this.#kind);
        }
      }
      if (text !== this.#sent) this.#key = crypto.randomUUID();
      this.#sent = text;
      const { patientId } = await addPatient(facts, this.#key);
      location.assign(this.pathOf(patientId));
    } catch (error) {
      await this.#refused(error, facts);
    } finally {
      this.#work(false);
    }
  }

  /**
   * @param {unknown} error
   * @param {import("../api.js").Facts} facts
   */
  async #refused(error, facts) {
    if (this.#fields.showErrors(error)) return;
    if (!(error instanceof HttpProblem && error.slug === "duplicate-identifier")) {
      return this.#fail(errorMessage(error, { forbidden: t("patients.add.forbidden") }));
    }
    this.#fail(t("patients.number.taken", { name: error.body.name }));
    try {
      const { patient } = await getPatient(error.body.patientId);
      drawAlike(facts, [patient], this.#kind);
    } catch {
      // The name alone says whose number it is.
    }
  }

  /** @param {string} text "" for none */
  #fail(text) {
    setText("new-failure", text);
    byId("new-failure").hidden = !text;
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.#busy = busy;
    byId("new-yes").setAttribute("aria-disabled", String(busy));
    setText("new-yes", busy ? t("patients.add.checking") : this.#compared ? t("patients.add.another") : t("patients.add"));
  }
}
