/** The dialog in which a patient consents that somebody learns of missed doses, and asks them. */
import { byId, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { askCarer } from "../api.js";

export class CarerDialog {
  #onAsked;
  #dialog = byId("helper", HTMLDialogElement);
  #name = byId("helper-name", HTMLInputElement);
  #phone = byId("helper-phone", HTMLInputElement);

  /** @param {(care: import("../api.js").Care) => Promise<void>} onAsked */
  constructor(onAsked) {
    this.#onAsked = onAsked;
    byId("helper-cancel").addEventListener("click", () => this.#dialog.close());
    byId("helper-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /** @param {string} name of somebody who was asked before, or "" */
  open(name) {
    this.#name.value = name;
    this.#phone.value = "";
    for (const field of ["helper-name", "helper-phone"]) showFieldError(field, "");
    this.#fail("");
    this.#dialog.showModal();
    (name ? this.#phone : this.#name).focus();
  }

  async #save() {
    const [name, phone] = [cleanLine(this.#name.value), cleanLine(this.#phone.value)];
    showFieldError("helper-name", name ? "" : t("medications.helper.name.missing"));
    showFieldError("helper-phone", phone ? "" : t("medications.helper.phone.missing"));
    if (!name) return this.#name.focus();
    if (!phone) return this.#phone.focus();
    const button = byId("helper-save", HTMLButtonElement);
    button.disabled = true;
    this.#fail("");
    try {
      const care = await askCarer({ name, phone });
      this.#dialog.close();
      await this.#onAsked(care);
    } catch (error) {
      if (error instanceof HttpProblem && error.slug === "user-not-found") {
        showFieldError("helper-phone", t("medications.helper.phone.unknown"));
        this.#phone.focus();
      } else if (!showFieldErrors(error, { name: "helper-name", phone: "helper-phone" })) {
        this.#fail(errorMessage(error, { forbidden: t("medications.helper.no-facility") }));
      }
    } finally {
      button.disabled = false;
    }
  }

  /** @param {string} text */
  #fail(text) {
    setText("helper-failure", text);
    byId("helper-failure").hidden = !text;
  }
}
