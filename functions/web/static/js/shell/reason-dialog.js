/** The dialog that asks for the reason of what somebody decides. */
import { byId, setText, showFieldError } from "./dom.js";
import { showFieldErrors } from "./field-errors.js";
import { t } from "./messages.js";
import { cleanLine } from "./text.js";

/**
 * @typedef {{title: string, text: string, label: string, yes: string, failed: (error: unknown) => string,
 *   act: (reason: string) => Promise<void>}} Question
 */

export class ReasonDialog {
  #dialog = byId("reason-dialog", HTMLDialogElement);
  #input = byId("reason", HTMLInputElement);
  /** @type {Question | null} */
  #question = null;
  #busy = false;

  constructor() {
    byId("reason-no").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
    byId("reason-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /**
   * Asks, and runs `act` with the reason. If that fails, the dialog shows the failure and stays open for another try.
   * @param {Question} question
   */
  ask(question) {
    this.#question = question;
    setText("reason-title", question.title);
    setText("reason-text", question.text);
    setText("reason-label", question.label);
    setText("reason-yes", question.yes);
    this.#input.value = "";
    showFieldError("reason", "");
    this.#fail("");
    this.#dialog.showModal();
    this.#input.focus();
  }

  async #submit() {
    const reason = cleanLine(this.#input.value);
    showFieldError("reason", reason ? "" : t("shell.reason.missing"));
    if (!reason) return this.#input.focus();
    if (!this.#question || this.#busy) return;
    const { act, failed } = this.#question;
    this.#work(true);
    try {
      await act(reason);
      this.#work(false);
      this.#dialog.close();
    } catch (error) {
      this.#work(false);
      if (!showFieldErrors(error, { reason: "reason" })) this.#fail(failed(error));
    }
  }

  /** @param {boolean} working */
  #work(working) {
    this.#busy = working;
    byId("reason-yes", HTMLButtonElement).disabled = byId("reason-no", HTMLButtonElement).disabled = working;
  }

  /** @param {string} text */
  #fail(text) {
    setText("reason-failure", text);
    byId("reason-failure").hidden = !text;
  }
}
