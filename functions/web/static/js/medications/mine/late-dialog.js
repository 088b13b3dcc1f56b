/** Asks when a dose was taken that nobody said at the time. */
import { fieldTime } from "../../shell/dates.js";
import { byId, setText, showFieldError } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatDay, formatTime } from "../words.js";

/** @typedef {import("./doses.js").Entry} Entry */

export class LateDialog {
  #onEntered;
  #dialog = byId("late", HTMLDialogElement);
  #field = byId("late-at", HTMLInputElement);
  /** @type {Entry | null} */
  #entry = null;

  /** @param {(dose: Entry["dose"], at: number) => void} onEntered */
  constructor(onEntered) {
    this.#onEntered = onEntered;
    byId("late-cancel").addEventListener("click", () => this.#dialog.close());
    byId("late-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter();
    });
  }

  /** @param {Entry} entry */
  open(entry) {
    this.#entry = entry;
    const { plan, dose } = entry;
    const due = Date.parse(dose.dueAt);
    setText("late-what", t("medications.late.what", { medicine: plan.medicine, dose: plan.dose, day: formatDay(new Date(due)), time: formatTime(due) }));
    this.#field.value = fieldTime(due);
    this.#field.max = fieldTime(Date.now());
    showFieldError("late-at", "");
    this.#dialog.showModal();
    this.#field.focus();
  }

  #enter() {
    const at = Date.parse(this.#field.value);
    const missing = Number.isNaN(at) ? t("medications.late.missing") : at > Date.now() ? t("medications.late.future") : "";
    showFieldError("late-at", missing);
    if (missing || !this.#entry) return this.#field.focus();
    this.#dialog.close();
    this.#onEntered(this.#entry.dose, at);
  }
}
