/** What is known of a booking, as rows of a list. */
import { byId, make } from "../../shell/dom.js";
import { dateOf } from "../../shell/dates.js";
import { t } from "../../shell/messages.js";
import { formatDate } from "../../shell/format.js";
import { formatPrice, formatStart, formatTime, timeZoneName } from "../labels.js";
import { stateLabel } from "../states.js";

/** @typedef {import("../api.js").Booking} Booking */

/**
 * @param {Booking} booking
 * @param {string} userId the reader's
 */
export function drawFacts({ startsAt, endsAt, patientId, patientName, practitionerId, practitionerName, price, pack }, userId) {
  const date = formatDate(dateOf(new Date(startsAt)));
  const times = t("bookings.one.times", { date, start: formatTime(startsAt), end: formatTime(endsAt) });
  const facts = [
    fact(t("bookings.one.when"), times),
    fact(t("bookings.time-zone.yours"), timeZoneName(new Date(startsAt))),
    ...(practitionerId === userId ? [] : [fact(t("bookings.services.practitioner"), practitionerName ?? "")]),
    ...(patientId === userId ? [] : [fact(t("bookings.one.patient"), patientName ?? t("bookings.nameless"))]),
    fact(t("bookings.one.price"), pack ? t("bookings.one.price.pack", { price: formatPrice(price) }) : formatPrice(price)),
  ];
  byId("facts").replaceChildren(...facts);
}

/** @param {Booking} booking */
export function drawVoucher({ voucher, price }) {
  byId("voucher").hidden = !voucher;
  byId("voucher-page").hidden = !voucher?.url;
  if (!voucher) return;
  byId("voucher-page", HTMLAnchorElement).href = voucher.url;
  byId("voucher").replaceChildren(
    fact(t("bookings.voucher.entity"), voucher.entity, t("bookings.voucher.entity.copy")),
    fact(t("bookings.voucher.reference"), voucher.reference, t("bookings.voucher.reference.copy")),
    fact(t("bookings.voucher.amount"), formatPrice(price)),
    fact(t("bookings.voucher.until"), formatStart(voucher.expiresAt)),
  );
}

/**
 * @param {Booking} booking
 * @param {string} userId the reader's
 */
export function drawHistory({ history, patientId, pack, visitState }, userId) {
  const authors = {
    patient: patientId === userId ? t("bookings.history.you") : t("bookings.history.patient"),
    practice: t("bookings.history.practice"),
    system: "",
  };
  const rows = history.map(({ at, state, by, reason }, number) => {
    // The last change of a visit that was used up, such as by cancelling late.
    const isGivenBack = pack?.isReturned && number === history.length - 1 && (history.at(-2)?.state === state || visitState !== "cancelled");
    const { text } = isGivenBack ? { text: t("bookings.state.given-back") } : stateLabel({ state, visitState: null });
    return make("li", "small", [formatStart(at), text, authors[by], reason].filter(Boolean).join(" · "));
  });
  byId("history").replaceChildren(...rows);
  byId("past").hidden = !rows.length;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [copy] the name of a button that copies the value
 */
function fact(name, value, copy) {
  const shown = make("dd", copy ? "copied" : "", make("span", "", value));
  if (copy) {
    const button = make("button", "button plain", t("bookings.copy"));
    button.type = "button";
    button.setAttribute("aria-label", copy);
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(value);
        button.textContent = t("bookings.copied");
        button.removeAttribute("aria-label");
      } catch {
        // Where that is not allowed, it is marked, and copied as any text.
        getSelection()?.selectAllChildren(shown.firstElementChild ?? shown);
      }
    };
    shown.append(button);
  }
  return make("div", "", make("dt", "", name), shown);
}
