/** The patient's booking page: a service, then one of its free times. */
import { requireSignIn } from "../../app.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { mayBook } from "../access.js";
import { book, listServices } from "../api.js";
import { formatDate, formatPrice, formatTime, timeZoneName } from "../labels.js";
import { dateOf } from "../../shell/dates.js";
import { Times } from "./times.js";

/**
 * @typedef {import("../api.js").Service} Service
 * @typedef {import("../api.js").Slot} Slot
 */

/** @type {Service[]} */
let services = [];
/** @type {Service | null} */
let chosen = null;
const times = new Times({ onChoose: (slot) => void ask(slot), onShown: () => showScreen("times"), onFailed: failed });

async function open() {
  showScreen("loading");
  try {
    services = await listServices();
  } catch (error) {
    return failed(error, open);
  }
  const list = byId("services");
  list.replaceChildren(...services.map((service) => make("li", "", card(service))));
  byId("none").hidden = services.length > 0;
  showScreen("services");
}

/** @param {Service} service */
function card(service) {
  const { name, practitionerName, durationMinutes, price } = service;
  const facts = [practitionerName, t("bookings.minutes", { count: durationMinutes }), formatPrice(price)].filter(Boolean).join(" · ");
  const button = make("button", "service card", make("strong", "", name), make("span", "muted", facts));
  button.type = "button";
  button.disabled = price.amount > 0;
  if (button.disabled) button.append(make("span", "small muted", t("bookings.not-online")));
  button.onclick = () => void choose(service);
  return button;
}

/** @param {Service} service */
async function choose(service) {
  chosen = service;
  setText("times-title", service.name);
  setText("times-facts", [service.practitionerName, t("bookings.minutes", { count: service.durationMinutes })].filter(Boolean).join(" · "));
  setText("times-zone", t("bookings.times.zone", { zone: timeZoneName() }));
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
  const key = crypto.randomUUID();
  let visitId = "";
  let taken = false;
  const done = await confirmDialog({
    title: service.name,
    text: name ? t("bookings.confirm.with", { date, time, name }) : t("bookings.confirm", { date, time }),
    yes: t("bookings.confirm.yes"),
    calm: true,
    failed: refusal,
    act: async () => {
      try {
        const booked = await book(service, slot, key);
        visitId = booked.visitId ?? "";
      } catch (error) {
        taken ||= isGone(error);
        throw error;
      }
    },
  });
  if (!done) {
    if (taken) await times.reload();
    return;
  }
  setText("booked-text", name ? t("bookings.booked.with", { date, time, name }) : t("bookings.booked.text", { date, time }));
  byId("booked-visit", HTMLAnchorElement).href = `/my-visits#v=${encodeURIComponent(visitId)}`;
  showScreen("booked");
}

/** @param {unknown} error @returns {boolean} whether the time is not free any more */
function isGone(error) {
  return error instanceof HttpProblem && ["slot-booked", "outside-availability"].includes(error.slug);
}

/** @param {unknown} error */
function refusal(error) {
  if (isGone(error)) return t("bookings.gone");
  if (error instanceof HttpProblem && error.slug === "patient-clash") return t("bookings.clash");
  return errorMessage(error, { exists: t("bookings.changed"), missing: t("bookings.changed") });
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
