/** Refunds that failed, for administrators: what the facility owes, and what can be done about each. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { ReasonDialog } from "../../shell/reason-dialog.js";
import { changeBooking, listFailedRefunds } from "../api.js";
import { formatMoney } from "../../shell/money.js";
import { formatStart } from "../labels.js";
import { changePack, listPacksWithFailedRefund } from "../packs.js";
import { refusalMessage } from "../refusals.js";

/**
 * @typedef {import("../api.js").Booking} Booking
 * @typedef {import("../packs.js").Pack} Pack
 * @typedef {{id: string, amount: string, patient: string, what: string, when: string, link: string,
 *   settle: (wish: import("openapi").RefundRequest) => Promise<Booking | Pack>}} Debt
 */

export class Owed {
  /** @type {Debt[]} */
  #debts = [];
  #reasons = new ReasonDialog();

  /** @returns {Promise<number>} how many there are */
  async load() {
    const [bookings, packs] = await Promise.all([listFailedRefunds(), listPacksWithFailedRefund()]);
    this.#debts = [...bookings.map(debtOfBooking), ...packs.map(debtOfPack)];
    this.#draw();
    return this.#debts.length;
  }

  #draw() {
    byId("owed-none").hidden = this.#debts.length > 0;
    byId("owed-text").hidden = !this.#debts.length;
    byId("owed-list").replaceChildren(...this.#debts.map((debt) => this.#row(debt)));
  }

  /** @param {Debt} debt */
  #row(debt) {
    const { amount, patient, what, when, link } = debt;
    const actions = make("div", "actions",
      button(t("bookings.refund.retry"), debt, () => void this.#retry(debt)),
      button(t("bookings.refund.otherwise"), debt, () => this.#recordOtherwise(debt)),
    );
    if (link) {
      const see = make("a", "button plain", t("bookings.owed.see"));
      see.href = link;
      see.setAttribute("aria-label", about(t("bookings.owed.see"), debt));
      actions.append(see);
    }
    return make("li", "transfer card", make("strong", "", amount), make("span", "", patient), make("span", "muted", [what, when].filter(Boolean).join(" · ")), actions);
  }

  /** @param {Debt} debt */
  async #retry(debt) {
    await confirmDialog({
      title: t("bookings.refund.retry"),
      text: t("bookings.owed.retry", { amount: debt.amount, name: debt.patient }),
      yes: t("bookings.refund.retry"),
      calm: true,
      failed: refusalMessage,
      act: () => this.#settle(debt, {}),
    });
  }

  /** @param {Debt} debt */
  #recordOtherwise(debt) {
    this.#reasons.ask({
      title: t("bookings.refund.otherwise"),
      text: t("bookings.refund.otherwise.text", { amount: debt.amount }),
      label: t("bookings.refund.otherwise.how"),
      yes: t("bookings.refund.otherwise.yes"),
      failed: refusalMessage,
      act: (reason) => this.#settle(debt, { reason, otherwise: true }),
    });
  }

  /**
   * @param {Debt} debt
   * @param {import("openapi").RefundRequest} wish
   */
  async #settle(debt, wish) {
    const { state } = await debt.settle(wish);
    const { amount, patient: name } = debt;
    if (state === "refundFailed") return setText("said", t("bookings.owed.said.failed", { amount, name }));
    this.#debts = this.#debts.filter(({ id }) => id !== debt.id);
    this.#draw();
    setText("said", state === "refunded" ? t("bookings.owed.said.settled", { amount, name }) : t("bookings.owed.said.tried", { amount, name }));
    byId("owed-title").focus();
  }
}

/** @param {Booking} booking @returns {Debt} */
function debtOfBooking({ bookingId, refund, price: { currency }, patientName, serviceName, startsAt }) {
  return {
    id: bookingId,
    amount: formatMoney({ amount: refund?.amount ?? 0, currency }),
    patient: patientName ?? t("bookings.nameless"),
    what: serviceName,
    when: formatStart(startsAt),
    link: `/booking?id=${encodeURIComponent(bookingId)}`,
    settle: (wish) => changeBooking(bookingId, "refund", wish),
  };
}

/** @param {Pack} pack @returns {Debt} */
function debtOfPack({ packId, refund, price, visits, patientName, serviceName }) {
  return {
    id: packId,
    amount: formatMoney({ amount: refund?.amount ?? 0, currency: price.currency }),
    patient: patientName ?? t("bookings.nameless"),
    what: serviceName,
    when: t("bookings.pack.offer", { count: visits, price: formatMoney(price) }),
    link: "",
    settle: (wish) => changePack(packId, "refund", wish),
  };
}

/** @param {string} act @param {Debt} debt */
function about(act, { amount, patient }) {
  return t("bookings.owed.about", { act, amount, name: patient });
}

/** @param {string} text @param {Debt} debt @param {() => void} act */
function button(text, debt, act) {
  const element = make("button", "button", text);
  element.type = "button";
  element.setAttribute("aria-label", about(text, debt));
  element.onclick = act;
  return element;
}
