/** What administrators decide on a transfer, asked for in dialogs. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { ReasonDialog } from "../../shell/reason-dialog.js";
import { approveTransfer, holdTransfer } from "../api.js";
import { amountOf, nameOf } from "./row.js";

/** @typedef {import("../api.js").Transfer} Transfer */

export class Decisions {
  #onDecided;
  #reasons = new ReasonDialog();

  /** @param {(transfer: Transfer, said: string) => void} onDecided */
  constructor(onDecided) {
    this.#onDecided = onDecided;
  }

  /** @param {Transfer} transfer */
  async approve(transfer) {
    const amount = amountOf(transfer);
    const name = nameOf(transfer);
    let after = transfer;
    const done = await confirmDialog({
      title: t("payouts.transfers.approve.title"),
      text: t("payouts.transfers.approve.text", { amount, name }),
      yes: t("payouts.transfers.approve"),
      calm: true,
      failed: refusalWords,
      act: async () => {
        after = await approveTransfer(transfer.transferId);
      },
    });
    if (!done) return;
    if (after.state === "sent") this.#onDecided(after, t("payouts.transfers.said.sent", { amount, name }));
    else if (after.refusal) this.#onDecided(after, t("payouts.transfers.said.refused", { amount, name }));
    else this.#onDecided(after, t("payouts.transfers.said.approved", { amount, name }));
  }

  /** @param {Transfer} transfer of which the payment provider did not take back what it should */
  async takeBack(transfer) {
    const amount = amountOf(transfer);
    const name = nameOf(transfer);
    let after = transfer;
    const done = await confirmDialog({
      title: t("payouts.transfers.take-back.title"),
      text: t("payouts.transfers.take-back.text", { amount, name }),
      yes: t("payouts.transfers.take-back"),
      calm: true,
      failed: refusalWords,
      act: async () => {
        after = await approveTransfer(transfer.transferId);
      },
    });
    if (!done) return;
    const failed = after.excess > 0;
    this.#onDecided(after, failed ? t("payouts.transfers.said.not-back", { amount, name }) : t("payouts.transfers.said.back", { amount, name }));
  }

  /** @param {Transfer} transfer */
  hold(transfer) {
    this.#reasons.ask({
      title: t("payouts.transfers.hold.title"),
      text: t("payouts.transfers.hold.text", { amount: amountOf(transfer), name: nameOf(transfer) }),
      label: t("payouts.transfers.hold.reason"),
      yes: t("payouts.transfers.hold"),
      failed: refusalWords,
      act: async (reason) => {
        const after = await holdTransfer(transfer.transferId, reason);
        this.#onDecided(after, t("payouts.transfers.said.held", { amount: amountOf(after), name: nameOf(after) }));
      },
    });
  }
}

/** @param {unknown} error */
function refusalWords(error) {
  switch (error instanceof HttpProblem ? error.slug : "") {
    case "not-due":
      return t("payouts.transfers.not-due");
    case "disputed":
      return t("payouts.transfers.disputed");
    default:
      return errorMessage(error, { exists: t("payouts.transfers.changed"), tooMany: t("payouts.transfers.too-many") });
  }
}
