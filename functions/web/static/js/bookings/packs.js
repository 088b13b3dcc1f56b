/** Packs of visits: the calls, and how they stand in plain words. */
import { apiCall, apiGet } from "../shell/api.js";
import { dateOf } from "../shell/dates.js";
import { t } from "../shell/messages.js";
import { formatDate } from "../shell/format.js";
import { formatMoney } from "../shell/money.js";
import { formatStart } from "./labels.js";

/**
 * @typedef {import("openapi").PackDocument} Pack
 * @typedef {import("openapi").PackOfferDocument} PackOffer
 */

/** Of whom there is more to see than a page: at most this many pages are read. */
const PAGES = 5;

/**
 * @param {"me" | "facility"} of
 * @returns {Promise<Pack[]>} the latest first
 */
export async function listPacks(of) {
  /** @type {Pack[]} */
  const found = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    /** @type {import("openapi").PackListDocument} */
    const answer = await apiGet(`/packs?${new URLSearchParams({ of, ...(cursor ? { cursor } : {}) })}`);
    found.push(...answer.packs);
    cursor = answer.cursor ?? "";
    if (!cursor) break;
  }
  return found;
}

/** @returns {Promise<Pack[]>} a facility's whose refund has failed, the longest first */
export async function listPacksWithFailedRefund() {
  /** @type {import("openapi").PackListDocument} */
  const { packs } = await apiGet("/packs?of=facility&view=refundFailed");
  return packs;
}

/**
 * @param {string} packId
 * @returns {Promise<Pack>}
 */
export function getPack(packId) {
  return apiGet(`/packs/${encodeURIComponent(packId)}`);
}

/**
 * @param {import("./api.js").Service} service
 * @param {PackOffer} offer
 * @param {string} key the same for each try, so that a lost answer sells nothing twice
 * @returns {Promise<Pack>}
 */
export function buyPack({ serviceId, price }, { visits, amount }, key) {
  return apiCall("POST", "/packs", { serviceId, visits, price: { ...price, amount } }, { "idempotency-key": key });
}

/**
 * Each may be repeated without harm.
 * @param {string} packId
 * @param {"cancel" | "refund"} step
 * @param {import("openapi").CancelPackRequest | import("openapi").RefundRequest} [wish] what the reader was told, or wants
 * @returns {Promise<Pack>}
 */
export function changePack(packId, step, wish) {
  return apiCall("POST", `/packs/${encodeURIComponent(packId)}/${step}`, wish);
}

/**
 * @param {Pack[]} packs
 * @param {string} serviceId
 * @returns {Pack | null} the one whose visits are to be used first
 */
export function usablePack(packs, serviceId) {
  const usable = packs.filter((pack) => pack.serviceId === serviceId && pack.state === "active");
  usable.sort((one, other) => (one.validUntil ?? "").localeCompare(other.validUntil ?? ""));
  return usable[0] ?? null;
}

/** @param {Pack} pack @returns {string} until when its visits can be booked */
export function lastDay({ validUntil }) {
  return formatDate(dateOf(new Date(validUntil ?? 0)));
}

/** @param {import("./api.js").Policy} policy of a facility, about visits of packs */
export function packPolicyWords({ freeUntilHours, lateRefundPercent }) {
  if (lateRefundPercent >= 100) return t("bookings.policy.pack.always");
  return freeUntilHours ? t("bookings.policy.pack.until", { count: freeUntilHours }) : t("bookings.policy.pack.before");
}

/**
 * @param {Pack} pack
 * @returns {{text: string, look: string}} its state, and its badge's look
 */
export function packLabel({ state }) {
  switch (state) {
    case "held":
      return { text: t("bookings.state.held"), look: "warn" };
    case "awaitingPayment":
      return { text: t("bookings.state.awaiting"), look: "warn" };
    case "active":
      return { text: t("bookings.pack.active"), look: "ok" };
    case "used":
      return { text: t("bookings.pack.used"), look: "quiet" };
    case "ended":
      return { text: t("bookings.pack.ended"), look: "quiet" };
    case "disputed":
      return { text: t("bookings.pack.disputed"), look: "warn" };
    case "unpaid":
      return { text: t("bookings.pack.unpaid"), look: "quiet" };
    case "cancelled":
      return { text: t("bookings.state.cancelled"), look: "quiet" };
    case "refunding":
      return { text: t("bookings.state.refunding"), look: "quiet" };
    case "refunded":
      return { text: t("bookings.state.refunded"), look: "quiet" };
    case "refundFailed":
      return { text: t("bookings.state.refund-failed"), look: "danger" };
  }
}

/**
 * @param {Pack} pack
 * @param {boolean} isPatient whether the reader is
 * @param {boolean} isReturning whether they come back from paying
 * @returns {string} what the state means for the reader; "" if the badge says all
 */
export function packWords(pack, isPatient, isReturning) {
  const { state, visits, visitsLeft: left, voucher, holdExpiresAt, refund, price: { currency } } = pack;
  const amount = formatMoney({ amount: refund?.amount ?? 0, currency });
  switch (state) {
    case "held":
      if (isReturning) return t("bookings.about.confirming");
      return isPatient ? t("bookings.pack.about.held") : "";
    case "awaitingPayment":
      if (!voucher) return isPatient ? t("bookings.pack.about.processing") : t("bookings.pack.about.awaiting", { when: formatStart(holdExpiresAt ?? "") });
      return t("bookings.pack.about.voucher", { when: formatStart(voucher.expiresAt), entity: voucher.entity, reference: voucher.reference });
    case "active":
      return t("bookings.pack.left", { left, visits, date: lastDay(pack) });
    case "ended":
      return t("bookings.pack.about.ended", { left, visits, date: lastDay(pack) });
    case "disputed":
      return isPatient ? t("bookings.pack.about.disputed") : t("bookings.about.disputed");
    case "unpaid":
      return t("bookings.pack.about.unpaid");
    case "refunding":
      return t("bookings.about.refunding", { amount });
    case "refunded":
      return t("bookings.about.refunded", { amount });
    case "refundFailed":
      return isPatient ? t("bookings.about.refund-failed", { amount }) : t("bookings.about.refund-failed.practice", { amount });
    default:
      return "";
  }
}
