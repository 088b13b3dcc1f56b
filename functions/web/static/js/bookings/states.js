/** How bookings stand, in plain words. Pure, but for the page's language. */
import { t } from "../shell/messages.js";
import { formatPrice, formatStart } from "./labels.js";

/** @typedef {import("./api.js").Booking} Booking */

/**
 * @param {Pick<Booking, "state" | "visitState">} booking
 * @returns {{text: string, look: string}} its state, and its badge's look
 */
export function stateLabel({ state, visitState }) {
  switch (state) {
    case "held":
      return { text: t("bookings.state.held"), look: "warn" };
    case "awaitingPayment":
      return { text: t("bookings.state.awaiting"), look: "warn" };
    case "expired":
      return { text: t("bookings.state.expired"), look: "quiet" };
    case "cancelled":
      // The visit took place, and an administrator has given it back to its pack.
      if (visitState && visitState !== "cancelled") return { text: t("bookings.state.given-back"), look: "quiet" };
      return { text: t("bookings.state.cancelled"), look: "quiet" };
    case "choiceDue":
      return { text: t("bookings.state.choice"), look: "warn" };
    case "refunding":
      return { text: t("bookings.state.refunding"), look: "quiet" };
    case "refunded":
      return { text: t("bookings.state.refunded"), look: "quiet" };
    case "refundFailed":
      return { text: t("bookings.state.refund-failed"), look: "danger" };
  }
  switch (visitState) {
    case "waiting":
    case "inProgress":
    case "interrupted":
      return { text: t("bookings.state.now"), look: "ok" };
    case "completed":
      return { text: t("bookings.state.completed"), look: "quiet" };
    case "noShow":
    case "timedOut":
    case "failed":
      return { text: t("bookings.state.not-held"), look: "quiet" };
    default:
      return { text: t("bookings.state.confirmed"), look: "ok" };
  }
}

/**
 * @param {Booking} booking
 * @param {boolean} isPatient whether the reader is
 * @param {boolean} isReturning whether they come back from paying
 * @returns {string} what the state means for the reader; "" if the badge says all
 */
export function explanation(booking, isPatient, isReturning) {
  const { state, holdExpiresAt, choiceDueAt, voucher, refund, paid, pack, history, price, dispute } = booking;
  const amount = formatPrice({ amount: refund?.amount ?? 0, currency: price.currency });
  if (dispute === "open") return t("bookings.about.disputed");
  switch (state) {
    case "held":
      if (isReturning) return t("bookings.about.confirming");
      return isPatient ? t("bookings.about.held") : t("bookings.about.held.practice");
    case "awaitingPayment":
      if (!isPatient) return t("bookings.about.awaiting.practice", { when: formatStart(holdExpiresAt ?? "") });
      return voucher ? t("bookings.about.voucher", { when: formatStart(voucher.expiresAt) }) : t("bookings.about.processing");
    case "expired":
      return isPatient ? t("bookings.about.expired") : t("bookings.about.expired.practice");
    case "choiceDue":
      return isPatient ? t("bookings.about.choice", { when: formatStart(choiceDueAt ?? "") }) : t("bookings.about.choice.practice");
    case "refunding":
      return t("bookings.about.refunding", { amount });
    case "refunded": {
      // The payment provider reports what it has returned; an administrator says how they did.
      const last = history.at(-1);
      if (last?.by === "practice" && last.reason) return t("bookings.about.refunded.otherwise", { amount, how: last.reason });
      return t("bookings.about.refunded", { amount });
    }
    case "refundFailed":
      return isPatient ? t("bookings.about.refund-failed", { amount }) : t("bookings.about.refund-failed.practice", { amount });
    case "cancelled":
      // The visit's cancellation may have to become the booking's first.
      if (pack && history.at(-1)?.state === "cancelled") return pack.isReturned ? t("bookings.about.pack") : t("bookings.about.pack.used");
      return paid ? t("bookings.about.kept", { amount: formatPrice({ amount: paid, currency: price.currency }) }) : "";
    default:
      return dispute === "lost" ? t("bookings.about.dispute-lost") : "";
  }
}

/**
 * @param {Booking} booking
 * @param {boolean} isPatient whether the reader is
 * @returns {string} what cancelling means for the money
 */
export function cancelWords({ state, paid, refundIfCancelled, pack, price: { currency } }, isPatient) {
  if (state !== "confirmed") return t("bookings.cancel.unpaid");
  if (pack) return pack.returnsIfCancelled ? t("bookings.cancel.pack") : t("bookings.cancel.pack.used");
  if (!paid) return t("bookings.cancel.free");
  const amount = formatPrice({ amount: refundIfCancelled ?? 0, currency });
  if (!isPatient) return t("bookings.cancel.practice", { amount });
  if (refundIfCancelled === paid) return t("bookings.cancel.all", { amount });
  const whole = formatPrice({ amount: paid, currency });
  return refundIfCancelled ? t("bookings.cancel.part", { amount, whole }) : t("bookings.cancel.nothing", { whole });
}
