/** One booking: what was booked, how it stands, and what can be done about it. The payment provider leads back here. */
import { requireSignIn } from "../../app.js";
import { offerReminders } from "../../reminders.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { setPlace } from "../../shell/crumbs.js";
import { dateOf } from "../../shell/dates.js";
import { byId, setText, showScreen } from "../../shell/dom.js";
import { download } from "../../shell/download.js";
import { errorMessage } from "../../shell/error-messages.js";
import { minutesAndSeconds } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { ReasonDialog } from "../../shell/reason-dialog.js";
import { changeBooking, getBooking, getCalendarFile } from "../api.js";
import { formatPrice, formatStart } from "../labels.js";
import { isGone, refusalMessage } from "../refusals.js";
import { cancelWords, explanation, stateLabel } from "../states.js";
import { Times } from "../times.js";
import { drawFacts, drawHistory, drawVoucher } from "./facts.js";

/**
 * @typedef {import("../api.js").Booking} Booking
 * @typedef {import("../api.js").Slot} Slot
 */

/** How often a booking is looked at that may change by itself. In milliseconds. @type {Record<string, number>} */
const PACE = { held: 3_000, awaitingPayment: 10_000, expired: 15_000, choiceDue: 30_000, refunding: 10_000 };

const query = new URLSearchParams(location.search);
const bookingId = query.get("id") ?? "";
const times = new Times({ onChoose: (slot) => void take(slot), onShown: () => setText("said", ""), onFailed: (error) => setText("said", errorMessage(error)) });
const reasons = new ReasonDialog();
let userId = "";
/** @type {Booking | null} */
let booking = null;
let isMoving = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function open() {
  showScreen("loading");
  if (!(await load())) return;
  showScreen("booking");
}

/** @returns {Promise<boolean>} whether the booking is there */
async function load() {
  clearTimeout(timer);
  try {
    draw(await getBooking(bookingId));
    return true;
  } catch (error) {
    if (booking) {
      // What is shown stays; it is asked for again.
      timer = setTimeout(() => void load(), PACE.held);
      return true;
    }
    const gone = error instanceof HttpProblem && error.status === 404;
    byId("again").hidden = gone;
    setText("failed-text", gone ? t("bookings.one.missing") : errorMessage(error));
    showScreen("failed");
    return false;
  }
}

/** @param {Booking} found */
function draw(found) {
  booking = found;
  const { state, visitId, visitState, serviceName, sequence } = found;
  const { text, look } = stateLabel(found);
  const isPatient = found.patientId === userId;
  const isReturning = isPatient && state === "held" && query.has("paid");
  setPlace(serviceName);
  setText("booking-title", serviceName);
  byId("state").className = `badge ${look}`;
  setText("state", text);
  drawFacts(found, userId);
  drawVoucher(found);
  drawHistory(found, userId);
  const about = explanation(found, isPatient, isReturning);
  byId("standing").hidden = !about;
  setText("about", about);
  const isChoosing = isPatient && state === "choiceDue";
  show("pay", isPatient && !isReturning && Boolean(found.checkoutUrl));
  byId("pay", HTMLAnchorElement).href = found.checkoutUrl ?? "";
  show("choose", isChoosing && !isMoving);
  show("take-back", isChoosing);
  const hasFailed = found.canRefund && state === "refundFailed";
  show("retry", hasFailed);
  show("otherwise", hasFailed);
  show("give-back", found.canRefund && !hasFailed);
  setText("give-back", found.pack ? t("bookings.give-back.visit") : t("bookings.give-back"));
  show("anew", isPatient && ["expired", "refunded", "refunding"].includes(state));
  show("visit", Boolean(visitId) && state === "confirmed");
  byId("visit", HTMLAnchorElement).href = `${isPatient ? "/my-visits" : "/visit"}#v=${encodeURIComponent(visitId ?? "")}`;
  const hasVisit = Boolean(visitId);
  const isOff = state !== "confirmed";
  show("calendar", hasVisit && (isOff || visitState === "scheduled"));
  setText("calendar-hint", isOff ? t("bookings.calendar.cancelled") : t("bookings.calendar.moved"));
  show("calendar-hint", !byId("calendar").hidden && (isOff || sequence > 0));
  show("move", found.canReschedule && !isMoving);
  show("cancel", found.canCancel);
  isMoving &&= found.canReschedule || isChoosing;
  show("moving", isMoving);
  if (isPatient && state === "confirmed") offerReminders(userId);
  tick();
  const pace = PACE[state];
  if (pace) timer = setTimeout(() => document.hidden || void load(), pace);
}

/** @param {string} id @param {boolean} isShown */
function show(id, isShown) {
  byId(id).hidden = !isShown;
}

/** Draws how long a time is still held. */
function tick() {
  const until = booking?.state === "held" && !byId("pay").hidden ? Date.parse(booking.holdExpiresAt ?? "") : NaN;
  show("countdown", !Number.isNaN(until));
  if (Number.isNaN(until)) return;
  const left = until - Date.now();
  setText("countdown", left > 0 ? t("bookings.held.left", { left: minutesAndSeconds(left) }) : t("bookings.held.over"));
}

/**
 * Changes the booking, after asking.
 * @param {{title: string, text: string, yes: string, no?: string, calm?: boolean}} question
 * @param {() => Promise<Booking>} change
 * @returns {Promise<unknown>} what it failed with, if it did and was given up
 */
async function confirmed(question, change) {
  /** @type {unknown} */
  let failure = null;
  const act = async () => {
    try {
      draw(await change());
      failure = null;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  await confirmDialog({ ...question, failed: refusalMessage, act });
  return failure;
}

async function cancel() {
  if (!booking) return;
  const text = cancelWords(booking, booking.patientId === userId);
  const question = { title: t("bookings.cancel.title"), text, yes: t("bookings.cancel.yes"), no: t("bookings.cancel.no") };
  const shown = { expectedRefund: booking.refundIfCancelled };
  if (await confirmed(question, () => changeBooking(bookingId, "cancel", shown))) await load();
}

async function takeBack() {
  const question = { title: t("bookings.take-back"), text: t("bookings.take-back.text"), yes: t("bookings.take-back") };
  if (await confirmed(question, () => changeBooking(bookingId, "choice", { refund: true }))) await load();
}

async function startMoving() {
  if (!booking || !(await times.open(booking))) return;
  isMoving = true;
  draw(booking);
  byId("days").querySelector("button")?.focus();
  byId("moving").scrollIntoView({ block: "nearest" });
}

function stopMoving() {
  isMoving = false;
  if (booking) draw(booking);
}

/** @param {Slot} slot */
async function take({ startsAt }) {
  if (!booking) return;
  const step = booking.state === "choiceDue" ? "choice" : "reschedule";
  const question = { title: t("bookings.move"), text: formatStart(startsAt), yes: t("bookings.move.yes"), calm: true };
  const failure = await confirmed(question, async () => {
    const found = await changeBooking(bookingId, step, { startsAt });
    isMoving = false;
    return found;
  });
  if (isGone(failure)) await times.reload();
  else if (failure) await load();
}

async function retryRefund() {
  const button = byId("retry", HTMLButtonElement);
  button.disabled = true;
  try {
    draw(await changeBooking(bookingId, "refund"));
  } catch (error) {
    setText("said", refusalMessage(error));
  } finally {
    button.disabled = false;
  }
}

function recordOtherwise() {
  if (!booking) return;
  const amount = formatPrice({ amount: booking.refund?.amount ?? 0, currency: booking.price.currency });
  reasons.ask({
    title: t("bookings.refund.otherwise"),
    text: t("bookings.refund.otherwise.text", { amount }),
    label: t("bookings.refund.otherwise.how"),
    yes: t("bookings.refund.otherwise.yes"),
    failed: refusalMessage,
    act: async (reason) => draw(await changeBooking(bookingId, "refund", { reason, otherwise: true })),
  });
}

async function giveBack() {
  if (!booking) return;
  if (booking.pack) return giveVisitBack();
  const amount = formatPrice({ amount: booking.paid, currency: booking.price.currency });
  const question = { title: t("bookings.give-back"), text: t("bookings.give-back.text", { amount }), yes: t("bookings.give-back") };
  if (await confirmed(question, () => changeBooking(bookingId, "refund"))) await load();
}

/** Of a pack, for a reason that its patient reads. */
function giveVisitBack() {
  reasons.ask({
    title: t("bookings.give-back.visit"),
    text: t("bookings.give-back.visit.text"),
    label: t("bookings.give-back.visit.why"),
    yes: t("bookings.give-back.visit"),
    failed: refusalMessage,
    act: async (reason) => draw(await changeBooking(bookingId, "refund", { reason })),
  });
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

/** @type {[id: string, does: () => void][]} */
const buttons = [
  ["again", () => void open()],
  ["calendar", () => void addToCalendar()],
  ["cancel", () => void cancel()],
  ["take-back", () => void takeBack()],
  ["choose", () => void startMoving()],
  ["move", () => void startMoving()],
  ["moving-no", stopMoving],
  ["otherwise", recordOtherwise],
  ["retry", () => void retryRefund()],
  ["give-back", () => void giveBack()],
];
for (const [id, does] of buttons) byId(id).addEventListener("click", does);
const user = requireSignIn({ onLeave: () => clearTimeout(timer) });
if (user) {
  userId = user.userId;
  setInterval(tick, 1_000);
  document.addEventListener("visibilitychange", () => document.hidden || !booking || void load());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  void open();
}
