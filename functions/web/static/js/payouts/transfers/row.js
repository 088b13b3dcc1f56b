/** A transfer in the list. */
import { make } from "../../shell/dom.js";
import { dateOf } from "../../shell/dates.js";
import { t } from "../../shell/messages.js";
import { formatDate } from "../../shell/format.js";
import { formatMoney } from "../../shell/money.js";

/** @typedef {import("../api.js").Transfer} Transfer */

/**
 * @param {Transfer} transfer
 * @param {Map<string, string>} facilities their names
 * @param {import("./decisions.js").Decisions} decisions
 */
export function transferRow(transfer, facilities, decisions) {
  const { transferId, state, facilityId, hold, refusal, excess } = transfer;
  const place = facilities.get(facilityId) || t("shell.facility-without-name", { code: facilityId });
  const row = make("li", "transfer card",
    make("strong", "", amountOf(transfer)),
    make("span", "", [nameOf(transfer), place].join(" · ")),
    make("span", "muted", facts(transfer).join(" · ")),
  );
  row.dataset.transfer = transferId;
  row.tabIndex = -1;
  if (refusal) {
    const words = excess ? t("payouts.transfers.refused.back") : refusalWords(refusal);
    row.append(make("span", "badge danger", t("payouts.transfers.refused")), make("span", "", words));
  }
  if (hold && state === "held") row.append(make("span", "", t("payouts.transfers.hold.because", { reason: hold.reason })));
  const buttons = [];
  if (state === "refused" && excess) buttons.push(button(t("payouts.transfers.take-back"), transfer, () => decisions.takeBack(transfer)));
  else if (["due", "refused"].includes(state)) buttons.push(button(t("payouts.transfers.approve"), transfer, () => decisions.approve(transfer)));
  if (state === "held") buttons.push(button(t("payouts.transfers.release"), transfer, () => decisions.approve(transfer)));
  if (["due", "scheduled", "approved", "refused"].includes(state) && !excess) buttons.push(button(t("payouts.transfers.hold"), transfer, () => decisions.hold(transfer)));
  if (buttons.length) row.append(make("div", "actions", ...buttons));
  return row;
}

/** @param {Transfer} transfer */
export function nameOf({ practitionerName }) {
  return practitionerName || t("payouts.transfers.nameless");
}

/** @param {Transfer} transfer what is to be taken back or to be sent, or else what was sent */
export function amountOf({ excess, owed, sent, amount, currency }) {
  return formatMoney({ amount: excess || owed || sent || amount, currency });
}

/** @param {Transfer} transfer */
function facts({ currency, paid, refunded, fee, takenBack, sent, dueAt }) {
  const money = (/** @type {number} */ amount) => formatMoney({ amount, currency });
  const found = [t("payouts.transfers.paid", { amount: money(paid) })];
  if (refunded) found.push(t("payouts.transfers.refunded", { amount: money(refunded) }));
  found.push(t("payouts.transfers.fee", { amount: money(fee) }));
  if (takenBack) found.push(t("payouts.transfers.taken-back", { amount: money(takenBack) }));
  if (!sent) found.push(dueAt ? t("payouts.transfers.due", { date: formatDate(dateOf(new Date(dueAt))) }) : t("payouts.transfers.due.unknown"));
  return found;
}

/** @param {string} code the payment provider's */
function refusalWords(code) {
  switch (code) {
    case "balance_insufficient":
      return t("payouts.transfers.refused.balance");
    case "account_invalid":
    case "insufficient_capabilities_for_transfer":
    case "transfers_not_allowed":
      return t("payouts.transfers.refused.account");
    default:
      return t("payouts.transfers.refused.other");
  }
}

/** @param {string} text @param {Transfer} transfer @param {() => void} act */
function button(text, transfer, act) {
  const element = make("button", "button", text);
  element.type = "button";
  element.setAttribute("aria-label", t("payouts.transfers.about", { act: text, amount: amountOf(transfer), name: nameOf(transfer) }));
  element.onclick = act;
  return element;
}
