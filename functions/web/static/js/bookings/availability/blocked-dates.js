/** The dates on which a practitioner is away. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { t } from "../../shell/messages.js";
import { changeBlockedDate, getBlockedDate } from "../api.js";
import { dateOf } from "../../shell/dates.js";
import { formatDate } from "../../shell/format.js";
import { formatTime } from "../labels.js";

/** @typedef {import("openapi").AffectedBookingDocument} Visit */

/** Each date with the visits on it, null while nobody has asked. @type {Map<string, Visit[] | null>} */
let dates = new Map();
let owner = "";

/** @param {string} practitionerId @param {readonly string[]} blocked */
export function showAway(practitionerId, blocked) {
  owner = practitionerId;
  dates = new Map(blocked.map((date) => [date, null]));
  byId("away-date", HTMLInputElement).min = dateOf(new Date());
  byId("away-form").onsubmit = (event) => {
    event.preventDefault();
    void add();
  };
  draw();
}

async function add() {
  const field = byId("away-date", HTMLInputElement);
  showFieldError("away-date", field.value ? "" : t("bookings.away.missing"));
  if (!field.value) return field.focus();
  const date = field.value;
  if (await change("PUT", date)) field.value = "";
}

/** @param {"PUT" | "DELETE"} method @param {string} date */
async function change(method, date) {
  setText("away-said", "");
  try {
    const { affectedBookings } = await changeBlockedDate(method, owner, date);
    if (method === "PUT") dates.set(date, affectedBookings);
    else dates.delete(date);
    draw(affectedBookings.length ? date : "");
    const count = affectedBookings.length;
    if (method === "PUT" && count) setText("away-said", t("bookings.away.booked", { count, date: formatDate(date) }));
    return true;
  } catch (error) {
    if (!showFieldErrors(error, { date: "away-date" })) setText("away-said", errorMessage(error));
    return false;
  }
}

/** @param {string} [opened] the date whose visits are shown at once */
function draw(opened) {
  const rows = [...dates.keys()].sort().map((date) => {
    const button = make("button", "button plain", t("bookings.away.remove"));
    button.type = "button";
    button.setAttribute("aria-label", t("bookings.away.remove.date", { date: formatDate(date) }));
    button.onclick = () => void change("DELETE", date).then((done) => done && byId("away-date").focus());
    return make("li", "", visitsOf(date, date === opened), button);
  });
  byId("away").replaceChildren(...rows);
}

/**
 * @param {string} date
 * @param {boolean} isOpen
 */
function visitsOf(date, isOpen) {
  const list = make("div", "small");
  const summary = make("summary", "", t("bookings.away.visits", { date: formatDate(date) }));
  const details = make("details", "away-day", summary, list);
  details.ontoggle = async () => {
    if (!details.open) return;
    try {
      const visits = dates.get(date) ?? (await getBlockedDate(owner, date)).affectedBookings;
      dates.set(date, visits);
      list.replaceChildren(visits.length ? make("ul", "", ...visits.map(timesOf)) : t("bookings.away.visits.none"));
    } catch (error) {
      list.replaceChildren(errorMessage(error));
    }
  };
  details.open = isOpen;
  return details;
}

/** @param {Visit} visit */
function timesOf({ startsAt, endsAt }) {
  return make("li", "", t("bookings.away.visit", { start: formatTime(startsAt), end: formatTime(endsAt) }));
}
