/** Packs of the chosen service: what is left of the patient's, or else those that they can buy. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatMoney } from "../../shell/money.js";
import { buyPack, lastDay } from "../packs.js";
import { refusalMessage } from "../refusals.js";

/**
 * @typedef {import("../api.js").Service} Service
 * @typedef {import("../packs.js").Pack} Pack
 * @typedef {import("../packs.js").PackOffer} PackOffer
 */

/**
 * @param {Service} service
 * @param {Pack | null} pack whose visits can be booked
 */
export function drawPacks(service, pack) {
  byId("packs").hidden = !pack && !service.packs.length;
  const left = pack && t("bookings.pack.left", { left: pack.visitsLeft, visits: pack.visits, date: lastDay(pack) });
  setText("packs-text", left || t("bookings.packs.text"));
  byId("pack-offers").replaceChildren(...(pack ? [] : service.packs.map((offer) => make("li", "", button(service, offer)))));
}

/** @param {Service} service @param {PackOffer} offer */
function button(service, offer) {
  const { currency } = service.price;
  const { visits, amount } = offer;
  const each = t("bookings.pack.each", { price: formatMoney({ amount: Math.floor(amount / visits), currency }) });
  const element = make("button", "service card",
    make("strong", "", t("bookings.pack.offer", { count: visits, price: formatMoney({ amount, currency }) })),
    make("span", "muted", [each, t("bookings.pack.buy")].join(" · ")),
  );
  element.type = "button";
  element.onclick = () => void ask(service, offer);
  return element;
}

/** @param {Service} service @param {PackOffer} offer */
async function ask(service, offer) {
  const price = formatMoney({ ...service.price, amount: offer.amount });
  const key = crypto.randomUUID();
  /** @type {Pack | null} */
  let bought = null;
  const act = async () => {
    bought = await buyPack(service, offer, key);
  };
  const question = {
    title: t("bookings.pack.offer", { count: offer.visits, price }),
    text: t("bookings.pack.buy.text", { name: service.name }),
    yes: t("bookings.confirm.pay"),
    calm: true,
    failed: refusalMessage,
    act,
  };
  if ((await confirmDialog(question)) && bought) goToPayment(bought);
}

/**
 * The payment provider leads back to the list of packs.
 * @param {Pack} pack
 */
function goToPayment({ packId, checkoutUrl }) {
  location.assign(checkoutUrl ?? `/booking-list?pack=${encodeURIComponent(packId)}`);
}
