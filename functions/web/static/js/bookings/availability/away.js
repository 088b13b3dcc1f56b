/** The dates on which a practitioner is away. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { changeBlockedDate } from "../api.js";
import { dateOf } from "../../shell/dates.js";
import { formatDate } from "../labels.js";

/** @type {Set<string>} */
let dates = new Set();
let owner = "";

/** @param {string} practitionerId @param {readonly string[]} blocked */
export function showAway(practitionerId, blocked) {
  owner = practitionerId;
  dates = new Set(blocked);
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
    if (method === "PUT") dates.add(date);
    else dates.delete(date);
    draw();
    const count = affectedBookings.length;
    if (method === "PUT" && count) setText("away-said", t("bookings.away.booked", { count, date: formatDate(date) }));
    return true;
  } catch (error) {
    const fault = error instanceof HttpProblem && error.status === 422 ? error.errors[0]?.message : "";
    if (fault) showFieldError("away-date", fault);
    else setText("away-said", errorMessage(error));
    return false;
  }
}

function draw() {
  const rows = [...dates].sort().map((date) => {
    const button = make("button", "button plain", t("bookings.away.remove"));
    button.type = "button";
    button.setAttribute("aria-label", t("bookings.away.remove.date", { date: formatDate(date) }));
    button.onclick = () => void change("DELETE", date).then((done) => done && byId("away-date").focus());
    return make("li", "", make("span", "", formatDate(date)), button);
  });
  byId("away").replaceChildren(...rows);
}
