/** The page on which practitioners say when they can be booked. */
import { requireSignIn } from "../../app.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { isVerifiedClinician } from "../../shell/users.js";
import { getAvailability, saveAvailability } from "../api.js";
import { showAway } from "./blocked-dates.js";
import { drawHours, readHours, validHours } from "./hours.js";
import { showPayoutAccount } from "../../payout-account.js";
import { hoursOf, spanOf } from "./spans.js";
import { Week } from "./week.js";

/** @typedef {import("../api.js").Availability} Availability */

/** What each select offers, in minutes, or in days. @type {Record<string, number[]>} */
const CHOICES = {
  interval: [5, 10, 15, 20, 30, 45, 60],
  notice: [0, 60, 120, 240, 720, 1440, 2880, 10080],
  before: [0, 5, 10, 15, 20, 30, 45, 60],
  after: [0, 5, 10, 15, 20, 30, 45, 60],
  window: [7, 14, 30, 60, 90, 180, 365],
};

const week = new Week((spans) => {
  drawHours(spans.map(hoursOf));
  setText("said", t("bookings.unsaved"));
});
let practitionerId = "";
let etag = "";

async function open() {
  showScreen("loading");
  try {
    const found = await getAvailability(practitionerId);
    etag = found.etag;
    draw(found.availability);
    showScreen("availability");
    week.reveal();
    void showPayoutAccount(practitionerId);
  } catch (error) {
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

/** @param {Availability} availability */
function draw(availability) {
  const zones = new Set([availability.timeZone, ...Intl.supportedValuesOf("timeZone")]);
  byId("time-zone", HTMLSelectElement).replaceChildren(...[...zones].sort().map((zone) => option(zone, zone.replaceAll("_", " "))));
  byId("time-zone", HTMLSelectElement).value = availability.timeZone;
  drawHours(availability.hours);
  week.show(availability.hours.map(spanOf));
  choose("interval", availability.interval, minutes);
  choose("notice", availability.minimumNotice, notice);
  choose("before", availability.bufferBefore, minutes);
  choose("after", availability.bufferAfter, minutes);
  choose("window", availability.windowDays, (count) => t("bookings.days.count", { count }));
  showAway(practitionerId, availability.blockedDates);
}

/** @param {string} id @param {number} value @param {(value: number) => string} words */
function choose(id, value, words) {
  const values = [...new Set([...(CHOICES[id] ?? []), value])].sort((one, other) => one - other);
  const select = byId(id, HTMLSelectElement);
  select.replaceChildren(...values.map((each) => option(String(each), words(each))));
  select.value = String(value);
}

/** @param {string} value @param {string} text */
function option(value, text) {
  const element = make("option", "", text);
  element.value = value;
  return element;
}

/** @param {number} count */
function minutes(count) {
  return count ? t("bookings.minutes", { count }) : t("bookings.none-kept");
}

/** @param {number} count of minutes */
function notice(count) {
  if (!count) return t("bookings.notice.none");
  return count % 1440 ? t("bookings.hours.count", { count: count / 60 }) : t("bookings.days.count", { count: count / 1440 });
}

/** Shows in the week what the fields say, once it can be. */
function follow() {
  const hours = validHours();
  if (hours) week.show(hours.map(spanOf));
  setText("said", t("bookings.unsaved"));
}

async function save() {
  const hours = readHours();
  if (!hours) {
    byId("exactly", HTMLDetailsElement).open = true;
    return;
  }
  const button = byId("save", HTMLButtonElement);
  button.disabled = true;
  setText("said", t("bookings.saving"));
  byId("changed").hidden = true;
  const value = (/** @type {string} */ id) => byId(id, HTMLSelectElement).value;
  const wanted = {
    timeZone: value("time-zone"),
    hours,
    interval: Number(value("interval")),
    minimumNotice: Number(value("notice")),
    bufferBefore: Number(value("before")),
    bufferAfter: Number(value("after")),
    windowDays: Number(value("window")),
  };
  try {
    ({ etag } = await saveAvailability(practitionerId, wanted, etag));
    setText("said", t("bookings.saved"));
  } catch (error) {
    setText("said", "");
    await refused(error);
  } finally {
    button.disabled = false;
  }
}

/** @param {unknown} error */
async function refused(error) {
  if (!(error instanceof HttpProblem) || error.status !== 412) return setText("said", errorMessage(error));
  try {
    const found = await getAvailability(practitionerId);
    etag = found.etag;
    setText("changed", t("bookings.availability.changed"));
    byId("changed").hidden = false;
  } catch (again) {
    setText("said", errorMessage(again));
  }
}

byId("hours").addEventListener("input", follow);
// A button adds or removes hours.
byId("hours").addEventListener("click", (event) => event.target instanceof HTMLButtonElement && follow());
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
byId("again").addEventListener("click", () => void open());
const user = requireSignIn();
if (user) {
  practitionerId = user.userId;
  if (isVerifiedClinician(user)) void open();
  else showScreen("closed");
}
