/** One booking: what was booked, how it stands, and what can be done about it. */
import { requireSignIn } from "../../app.js";
import { setPlace } from "../../shell/crumbs.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { download } from "../../shell/download.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getBooking, getCalendarFile } from "../api.js";
import { dateOf } from "../../shell/dates.js";
import { formatDate, formatPrice, formatTime, timeZoneName } from "../labels.js";
import { stateLabel } from "../states.js";

/** @typedef {import("../api.js").Booking} Booking */

const bookingId = new URLSearchParams(location.search).get("id") ?? "";
let userId = "";
/** @type {Booking | null} */
let booking = null;

async function open() {
  showScreen("loading");
  try {
    booking = await getBooking(bookingId);
  } catch (error) {
    const gone = error instanceof HttpProblem && error.status === 404;
    byId("again").hidden = gone;
    setText("failed-text", gone ? t("bookings.one.missing") : errorMessage(error));
    return showScreen("failed");
  }
  draw(booking);
  showScreen("booking");
}

/** @param {Booking} booking */
function draw(booking) {
  const { text, look } = stateLabel(booking);
  const isPatient = booking.patientId === userId;
  setPlace(booking.serviceName);
  setText("booking-title", booking.serviceName);
  byId("state").className = `badge ${look}`;
  setText("state", text);
  byId("facts").replaceChildren(...factsOf(booking, isPatient));
  const visit = byId("visit", HTMLAnchorElement);
  visit.href = `${isPatient ? "/my-visits" : "/visit"}#v=${encodeURIComponent(booking.visitId ?? "")}`;
  visit.hidden = booking.state !== "confirmed";
  const cancelled = booking.state === "cancelled";
  const changed = cancelled || booking.sequence > 0;
  byId("calendar").hidden = booking.visitState !== "scheduled" && !cancelled;
  setText("calendar-hint", cancelled ? t("bookings.calendar.cancelled") : t("bookings.calendar.moved"));
  byId("calendar-hint").hidden = byId("calendar").hidden || !changed;
}

/**
 * @param {Booking} booking
 * @param {boolean} isPatient whether the reader is
 */
function factsOf(booking, isPatient) {
  const { startsAt, endsAt, practitionerId, practitionerName, patientName, price } = booking;
  const date = formatDate(dateOf(new Date(startsAt)));
  const times = t("bookings.one.times", { date, start: formatTime(startsAt), end: formatTime(endsAt) });
  const facts = [
    [t("bookings.one.when"), times],
    [t("bookings.time-zone.yours"), timeZoneName(new Date(startsAt))],
    ...(practitionerId === userId ? [] : [[t("bookings.services.practitioner"), practitionerName ?? ""]]),
    ...(isPatient ? [] : [[t("bookings.one.patient"), patientName ?? t("bookings.nameless")]]),
    [t("bookings.one.price"), formatPrice(price)],
  ];
  return facts.map(([name = "", value = ""]) => make("div", "", make("dt", "", name), make("dd", "", value)));
}

async function addToCalendar() {
  if (!booking) return;
  const button = byId("calendar", HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const content = await getCalendarFile(bookingId);
    download(content, `booking-${dateOf(new Date(booking.startsAt))}.ics`, "text/calendar;charset=utf-8");
  } catch (error) {
    setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

byId("again").addEventListener("click", () => void open());
byId("calendar").addEventListener("click", () => void addToCalendar());
const user = requireSignIn();
if (user) {
  userId = user.userId;
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  void open();
}
