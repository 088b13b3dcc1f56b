/** What administrators decide on a transfer, asked for in dialogs. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { approveTransfer, holdTransfer } from "../payouts.js";
import { amountOf, nameOf } from "./row.js";

/** @typedef {import("../payouts.js").Transfer} Transfer */

export class Decisions {
  #onDecided;
  #dialog = byId("hold", HTMLDialogElement);
  /** @type {Transfer | null} */
  #transfer = null;
  #busy = false;

  /** @param {(transfer: Transfer, said: string) => void} onDecided */
  constructor(onDecided) {
    this.#onDecided = onDecided;
    byId("hold-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
    byId("hold-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#hold();
    });
  }

  /** @param {Transfer} transfer */
  async approve(transfer) {
    const amount = amountOf(transfer);
    const name = nameOf(transfer);
    let after = transfer;
    const done = await confirmDialog({
      title: t("bookings.transfers.approve.title"),
      text: t("bookings.transfers.approve.text", { amount, name }),
      yes: t("bookings.transfers.approve"),
      calm: true,
      failed: refusalWords,
      act: async () => {
        after = await approveTransfer(transfer.id);
      },
    });
    if (!done) return;
    if (after.state === "sent") this.#onDecided(after, t("bookings.transfers.said.sent", { amount, name }));
    else if (after.refusal) this.#onDecided(after, t("bookings.transfers.said.refused", { amount, name }));
    else this.#onDecided(after, t("bookings.transfers.said.approved", { amount, name }));
  }

  /** @param {Transfer} transfer of which the payment provider did not take back what it should */
  async takeBack(transfer) {
    const amount = amountOf(transfer);
    const name = nameOf(transfer);
    let after = transfer;
    const done = await confirmDialog({
      title: t("bookings.transfers.take-back.title"),
      text: t("bookings.transfers.take-back.text", { amount, name }),
      yes: t("bookings.transfers.take-back"),
      calm: true,
      failed: refusalWords,
      act: async () => {
        after = await approveTransfer(transfer.id);
      },
    });
    if (!done) return;
    const failed = after.excess > 0;
    this.#onDecided(after, failed ? t("bookings.transfers.said.not-back", { amount, name }) : t("bookings.transfers.said.back", { amount, name }));
  }

  /** @param {Transfer} transfer */
  hold(transfer) {
    this.#transfer = transfer;
    setText("hold-text", t("bookings.transfers.hold.text", { amount: amountOf(transfer), name: nameOf(transfer) }));
    byId("reason", HTMLInputElement).value = "";
    showFieldError("reason", "");
    this.#fail("");
    this.#dialog.showModal();
    byId("reason").focus();
  }

  async #hold() {
    const reason = cleanLine(byId("reason", HTMLInputElement).value);
    showFieldError("reason", reason ? "" : t("bookings.transfers.hold.reason.missing"));
    if (!reason) return byId("reason").focus();
    if (!this.#transfer || this.#busy) return;
    this.#work(true);
    try {
      const after = await holdTransfer(this.#transfer.id, reason);
      this.#work(false);
      this.#dialog.close();
      this.#onDecided(after, t("bookings.transfers.said.held", { amount: amountOf(after), name: nameOf(after) }));
    } catch (error) {
      this.#work(false);
      if (!showFieldErrors(error, { reason: "reason" })) this.#fail(refusalWords(error));
    }
  }

  /** @param {boolean} working */
  #work(working) {
    this.#busy = working;
    byId("hold-yes", HTMLButtonElement).disabled = byId("hold-cancel", HTMLButtonElement).disabled = working;
  }

  /** @param {string} text */
  #fail(text) {
    setText("hold-failure", text);
    byId("hold-failure").hidden = !text;
  }
}

/** @param {unknown} error */
function refusalWords(error) {
  switch (error instanceof HttpProblem ? error.slug : "") {
    case "not-due":
      return t("bookings.transfers.not-due");
    case "disputed":
      return t("bookings.transfers.disputed");
    default:
      return errorMessage(error, { exists: t("bookings.transfers.changed"), tooMany: t("bookings.transfers.too-many") });
  }
}
