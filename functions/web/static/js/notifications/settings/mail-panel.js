/** The address for mail: given here, and used once it is confirmed with a code that is sent to it. */
import { byId, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { isolated, t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { confirmMailAddress, getMailAddress, removeMailAddress, requestMailAddress } from "../api.js";

/** @typedef {import("../api.js").MailAddress} MailAddress */

const address = byId("mail-address", HTMLInputElement);
const code = byId("mail-code", HTMLInputElement);

export class MailPanel {
  /** @type {MailAddress | null} */
  #mail = null;

  constructor() {
    byId("mail-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#request(cleanLine(address.value));
    });
    byId("mail-confirm").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#confirm();
    });
    byId("mail-again").addEventListener("click", () => void this.#request(this.#mail?.pending?.address ?? ""));
    byId("mail-remove").addEventListener("click", () => void this.#remove());
  }

  async open() {
    try {
      this.#draw(await getMailAddress());
    } catch (error) {
      byId("mail").hidden = false;
      byId("mail-form").hidden = byId("mail-confirm").hidden = byId("mail-now").hidden = true;
      setText("mail-said", errorMessage(error));
    }
  }

  /** @param {string} wanted */
  async #request(wanted) {
    showFieldError("mail-address", wanted ? "" : t("notifications.mail.missing"));
    if (!wanted) return address.focus();
    await this.#run(async () => {
      this.#draw(await requestMailAddress(wanted));
      address.value = code.value = "";
      showFieldError("mail-code", "");
      setText("mail-said", t("notifications.mail.sent", { address: wanted }));
      code.focus();
    }, { address: "mail-address" });
  }

  async #confirm() {
    const typed = cleanLine(code.value);
    showFieldError("mail-code", typed ? "" : t("notifications.mail.code.missing"));
    if (!typed) return code.focus();
    await this.#run(async () => {
      this.#draw(await confirmMailAddress(typed));
      setText("mail-said", t("notifications.mail.confirmed"));
      byId("mail-title").focus();
    }, { code: "mail-code" });
  }

  async #remove() {
    await this.#run(async () => {
      await removeMailAddress();
      this.#draw(await getMailAddress());
      setText("mail-said", t("notifications.mail.removed"));
      address.focus();
    }, {});
  }

  /** @param {() => Promise<void>} act @param {Record<string, string>} places */
  async #run(act, places) {
    const buttons = byId("mail").querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    setText("mail-said", "");
    try {
      await act();
    } catch (error) {
      if (error instanceof HttpProblem && error.slug === "code-invalid") {
        showFieldError("mail-code", t("notifications.mail.code.wrong"));
        code.focus();
      } else if (!showFieldErrors(error, places)) {
        setText("mail-said", errorMessage(error, { tooMany: t("notifications.mail.too-many") }));
      }
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  /** @param {MailAddress} mail */
  #draw(mail) {
    this.#mail = mail;
    const { available, address: own, suppressed, pending } = mail;
    byId("mail").hidden = !available && !own;
    byId("mail-now").hidden = !own;
    setText("mail-own", isolated(own ?? ""));
    byId("mail-suppressed").hidden = !suppressed;
    setText("mail-suppressed", suppressed === "complaint" ? t("notifications.mail.complaint") : t("notifications.mail.bounce"));
    byId("mail-form").hidden = !available;
    setText("mail-label", own ? t("notifications.mail.other") : t("notifications.mail.address"));
    byId("mail-confirm").hidden = !pending;
    setText("mail-code-hint", pending ? t("notifications.mail.code.hint", { address: pending.address, count: Math.ceil(pending.expiresIn / 60) }) : "");
  }
}
