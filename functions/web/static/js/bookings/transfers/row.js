/** A transfer in the list. */
import { make } from "../../shell/dom.js";
import { dateOf } from "../../shell/dates.js";
import { t } from "../../shell/messages.js";
import { formatDate, formatMoney } from "../labels.js";

/** @typedef {import("../payouts.js").Transfer} Transfer */

/**
 * @param {Transfer} transfer
 * @param {Map<string, string>} facilities their names
 * @param {import("./decisions.js").Decisions} decisions
 */
export function transferRow(transfer, facilities, decisions) {
  const { id, state, facilityId, hold, refusal, excess } = transfer;
  const place = facilities.get(facilityId) || t("shell.facility-without-name", { code: facilityId });
  const row = make("li", "transfer card",
    make("strong", "", amountOf(transfer)),
    make("span", "", [nameOf(transfer), place].join(" · ")),
    make("span", "muted", facts(transfer).join(" · ")),
  );
  row.dataset.transfer = id;
  row.tabIndex = -1;
  if (refusal) {
    const words = excess ? t("bookings.transfers.refused.back") : refusalWords(refusal);
    row.append(make("span", "badge danger", t("bookings.transfers.refused")), make("span", "", words));
  }
  if (hold && state === "held") row.append(make("span", "", t("bookings.transfers.hold.because", { reason: hold.reason })));
  const buttons = [];
  if (state === "refused" && excess) buttons.push(button(t("bookings.transfers.take-back"), transfer, () => decisions.takeBack(transfer)));
  else if (["due", "refused"].includes(state)) buttons.push(button(t("bookings.transfers.approve"), transfer, () => decisions.approve(transfer)));
  if (state === "held") buttons.push(button(t("bookings.transfers.release"), transfer, () => decisions.approve(transfer)));
  if (["due", "scheduled", "approved", "refused"].includes(state) && !excess) buttons.push(button(t("bookings.transfers.hold"), transfer, () => decisions.hold(transfer)));
  if (buttons.length) row.append(make("div", "actions", ...buttons));
  return row;
}

/** @param {Transfer} transfer */
export function nameOf({ practitionerName }) {
  return practitionerName || t("bookings.transfers.nameless");
}

/** @param {Transfer} transfer what is to be taken back or to be sent, or else what was sent */
export function amountOf({ excess, owed, sent, amount, currency }) {
  return formatMoney({ amount: excess || owed || sent || amount, currency });
}

/** @param {Transfer} transfer */
function facts({ currency, paid, refunded, fee, takenBack, sent, dueAt }) {
  const money = (/** @type {number} */ amount) => formatMoney({ amount, currency });
  const found = [t("bookings.transfers.paid", { amount: money(paid) })];
  if (refunded) found.push(t("bookings.transfers.refunded", { amount: money(refunded) }));
  found.push(t("bookings.transfers.fee", { amount: money(fee) }));
  if (takenBack) found.push(t("bookings.transfers.taken-back", { amount: money(takenBack) }));
  if (!sent) found.push(dueAt ? t("bookings.transfers.due", { date: formatDate(dateOf(new Date(dueAt))) }) : t("bookings.transfers.due.unknown"));
  return found;
}

/** @param {string} code the payment provider's */
function refusalWords(code) {
  switch (code) {
    case "balance_insufficient":
      return t("bookings.transfers.refused.balance");
    case "account_invalid":
    case "insufficient_capabilities_for_transfer":
    case "transfers_not_allowed":
      return t("bookings.transfers.refused.account");
    default:
      return t("bookings.transfers.refused.other");
  }
}

/** @param {string} text @param {Transfer} transfer @param {() => void} act */
function button(text, transfer, act) {
  const element = make("button", "button", text);
  element.type = "button";
  element.setAttribute("aria-label", t("bookings.transfers.about", { act: text, amount: amountOf(transfer), name: nameOf(transfer) }));
  element.onclick = act;
  return element;
}
