/** The patient's booking page: a service, then one of its free times. */
import { requireSignIn } from "../../app.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { mayBook } from "../access.js";
import { book, getOffer } from "../api.js";
import { formatDate } from "../../shell/format.js";
import { formatPrice, formatTime, policyWords } from "../labels.js";
import { dateOf } from "../../shell/dates.js";
import { isGone, refusalMessage } from "../refusals.js";
import { listPacks, packPolicyWords, usablePack } from "../packs.js";
import { Times } from "../times.js";
import { drawPacks } from "./packs.js";

/**
 * @typedef {import("../api.js").Service} Service
 * @typedef {import("../api.js").Slot} Slot
 * @typedef {import("../api.js").Booking} Booking
 */

/** @type {Service[]} */
let services = [];
/** @type {import("../packs.js").Pack[]} */
let packs = [];
/** @type {import("../api.js").Policy} */
let policy;
/** @type {Service | null} */
let chosen = null;
const times = new Times({ onChoose: (slot) => void ask(slot), onShown: () => showScreen("times"), onFailed: failed });

async function open() {
  showScreen("loading");
  try {
    [{ services, policy }, packs] = await Promise.all([getOffer(), listPacks("me")]);
  } catch (error) {
    return failed(error, open);
  }
  const list = byId("services");
  list.replaceChildren(...services.map((service) => make("li", "", card(service))));
  byId("none").hidden = services.length > 0;
  const wanted = services.find(({ serviceId }) => serviceId === new URLSearchParams(location.search).get("service"));
  // Once: whoever goes back to all services wants another one.
  history.replaceState(history.state, "", "/book");
  if (wanted) return choose(wanted);
  showScreen("services");
}

/** @param {Service} service */
function card(service) {
  const { name, practitionerName, durationMinutes, price } = service;
  const also = service.packs.length > 0 && t("bookings.packs.also");
  const facts = [practitionerName, t("bookings.minutes", { count: durationMinutes }), formatPrice(price), also].filter(Boolean).join(" · ");
  const button = make("button", "service card", make("strong", "", name), make("span", "muted", facts));
  button.type = "button";
  button.onclick = () => void choose(service);
  return button;
}

/** @param {Service} service */
async function choose(service) {
  chosen = service;
  setText("times-title", service.name);
  const { practitionerName, durationMinutes, price } = service;
  setText("times-facts", [practitionerName, t("bookings.minutes", { count: durationMinutes }), formatPrice(price)].filter(Boolean).join(" · "));
  byId("times-policy").hidden = !service.price.amount;
  const pack = usablePack(packs, service.serviceId);
  setText("times-policy", pack ? packPolicyWords(policy) : policyWords(policy));
  drawPacks(service, pack);
  showScreen("loading");
  if (await times.open(service)) showScreen("times");
}

/** @param {Slot} slot */
async function ask(slot) {
  const service = chosen;
  if (!service) return;
  const date = formatDate(dateOf(new Date(slot.startsAt)));
  const time = formatTime(slot.startsAt);
  const name = service.practitionerName;
  const pack = usablePack(packs, service.serviceId);
  const isPaid = service.price.amount > 0 && !pack;
  const when = name ? t("bookings.confirm.with", { date, time, name }) : t("bookings.confirm", { date, time });
  const key = crypto.randomUUID();
  /** @type {Booking | null} */
  let made = null;
  let taken = false;
  const done = await confirmDialog({
    title: service.name,
    text: [when, isPaid && t("bookings.confirm.price", { price: formatPrice(service.price) }), pack && t("bookings.confirm.pack", { left: pack.visitsLeft - 1, visits: pack.visits })].filter(Boolean).join(" "),
    yes: isPaid ? t("bookings.confirm.pay") : t("bookings.confirm.yes"),
    calm: true,
    failed: refusalMessage,
    act: async () => {
      try {
        made = await book(service, slot, pack?.packId ?? null, key);
      } catch (error) {
        taken ||= isGone(error);
        throw error;
      }
    },
  });
  if (done && made) shown(made, date, time);
  else if (taken) await times.reload();
}

/**
 * What is to be paid goes on at the payment provider, which leads back to the booking.
 * @param {Booking} made
 * @param {string} date
 * @param {string} time
 */
function shown({ bookingId, state, checkoutUrl, practitionerName: name }, date, time) {
  const page = `/booking?id=${encodeURIComponent(bookingId)}`;
  if (state !== "confirmed") return location.assign(checkoutUrl ?? page);
  setText("booked-text", name ? t("bookings.booked.with", { date, time, name }) : t("bookings.booked.text", { date, time }));
  byId("booked-visit", HTMLAnchorElement).href = page;
  showScreen("booked");
}

/**
 * @param {unknown} error
 * @param {() => void} again
 */
function failed(error, again) {
  setText("failed-text", errorMessage(error));
  byId("again").onclick = () => again();
  showScreen("failed");
}

for (const id of ["times-back", "booked-more"]) byId(id).addEventListener("click", () => void open());
const user = requireSignIn();
if (user) {
  if (mayBook(user)) void open();
  else showScreen("closed");
}
