/** Packs in the list of bookings: a patient's own, or those that the facility has sold. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatMoney } from "../../shell/money.js";
import { changePack, getPack, listPacks, packLabel, packWords } from "../packs.js";
import { refusalMessage } from "../refusals.js";

/** @typedef {import("../packs.js").Pack} Pack */

/** How often a pack is looked at that waits for its payment. In milliseconds. */
const PACE = 3_000;
/** Nothing of interest comes of these any more. */
const OVER = ["unpaid", "cancelled"];

export class PackList {
  #userId;
  #isAdmin;
  #query = new URLSearchParams(location.search);
  /** @type {Pack[]} */
  #packs = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} userId the reader's
   * @param {boolean} isAdmin whether they administer a facility
   */
  constructor(userId, isAdmin) {
    this.#userId = userId;
    this.#isAdmin = isAdmin;
    addEventListener("visibilitychange", () => document.hidden || this.#watch());
  }

  async load() {
    this.#show(await listPacks(this.#isAdmin ? "facility" : "me"));
  }

  /** @param {Pack[]} packs */
  #show(packs) {
    this.#packs = packs;
    const wanted = this.#query.get("pack");
    const shown = packs.filter(({ packId, state }) => packId === wanted || !OVER.includes(state));
    byId("packs").hidden = !shown.length;
    byId("pack-list").replaceChildren(...shown.map((pack) => this.#row(pack)));
    this.#watch();
  }

  /** Looks again at the pack that its patient has come back from paying. */
  #watch() {
    clearTimeout(this.#timer);
    const waiting = this.#packs.find(({ packId, state }) => packId === this.#query.get("pack") && state === "held");
    if (!waiting || document.hidden) return;
    this.#timer = setTimeout(async () => {
      try {
        this.#replace(await getPack(waiting.packId));
      } catch {
        this.#watch(); // what is shown stays; it is asked for again
      }
    }, PACE);
  }

  /** @param {Pack} changed */
  #replace(changed) {
    this.#show(this.#packs.map((pack) => (pack.packId === changed.packId ? changed : pack)));
  }

  /** @param {Pack} pack */
  #row(pack) {
    const { packId, patientId, patientName, practitionerName, serviceName, state, visits, price, voucher, checkoutUrl, canCancel } = pack;
    const isPatient = patientId === this.#userId;
    const isReturning = packId === this.#query.get("pack") && this.#query.has("paid");
    const people = [isPatient ? "" : (patientName ?? t("bookings.nameless")), practitionerName];
    const { text, look } = packLabel(pack);
    const row = make("li", "transfer card",
      make("strong", "", serviceName),
      make("span", "", people.filter(Boolean).join(" · ")),
      make("span", "muted", t("bookings.pack.offer", { count: visits, price: formatMoney(price) })),
      make("span", `badge ${look}`, text),
      make("span", "", packWords(pack, isPatient, isReturning)),
    );
    const acts = [];
    if (checkoutUrl && !isReturning) acts.push(link(t("bookings.pay"), checkoutUrl));
    if (voucher?.url) acts.push(link(t("bookings.voucher.page"), voucher.url));
    if (isPatient && state === "active") acts.push(link(t("bookings.page.book"), `/book?service=${encodeURIComponent(pack.serviceId)}`));
    if (canCancel) acts.push(button(t("bookings.pack.cancel"), pack, () => this.#cancel(pack)));
    if (this.#isAdmin && state === "refundFailed") acts.push(button(t("bookings.refund.retry"), pack, () => this.#retry(pack)));
    if (acts.length) row.append(make("div", "actions", ...acts));
    return row;
  }

  /** @param {Pack} pack */
  #cancel(pack) {
    const { packId, patientId, refundIfCancelled, price: { currency } } = pack;
    const amount = formatMoney({ amount: refundIfCancelled ?? 0, currency });
    const own = patientId === this.#userId ? t("bookings.pack.cancel.text", { amount }) : t("bookings.pack.cancel.practice", { amount });
    const text = refundIfCancelled === null ? t("bookings.pack.cancel.unpaid") : own;
    return this.#change({ title: t("bookings.pack.cancel.title"), text, yes: t("bookings.pack.cancel"), no: t("bookings.cancel.no") }, () => changePack(packId, "cancel", { expectedRefund: refundIfCancelled }));
  }

  /** @param {Pack} pack */
  #retry({ packId, refund, price: { currency } }) {
    const text = t("bookings.about.refund-failed.practice", { amount: formatMoney({ amount: refund?.amount ?? 0, currency }) });
    return this.#change({ title: t("bookings.refund.retry"), text, yes: t("bookings.refund.retry"), calm: true }, () => changePack(packId, "refund"));
  }

  /**
   * @param {{title: string, text: string, yes: string, no?: string, calm?: boolean}} question
   * @param {() => Promise<Pack>} change
   */
  async #change(question, change) {
    await confirmDialog({ ...question, failed: refusalMessage, act: async () => this.#replace(await change()) });
  }
}

/** @param {string} text @param {string} address */
function link(text, address) {
  const element = make("a", "button", text);
  element.href = address;
  return element;
}

/** @param {string} text @param {Pack} pack @param {() => Promise<void>} act */
function button(text, { serviceName }, act) {
  const element = make("button", "button", text);
  element.type = "button";
  element.setAttribute("aria-label", t("bookings.pack.about", { act: text, name: serviceName }));
  element.onclick = () => void act();
  return element;
}
