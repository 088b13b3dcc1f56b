/** The page of today: what waits now, and the visits of a day, a week or a month. */
import { requireSignIn } from "../../app.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { LiveChannel } from "../../shell/live/channel.js";
import { facilityOf, isVerifiedClinician } from "../../shell/users.js";
import { watchesFor } from "../../watches.js";
import { createLiveTicket } from "../api.js";
import { formatDay, formatTime, partyName } from "../labels.js";
import { PACE } from "../pace.js";
import { listPeriod } from "../period.js";
import { RescheduleDialog } from "../reschedule-dialog.js";
import { updateRows } from "../rows.js";
import { visitRow } from "../schedule/visit-row.js";
import { serverNow } from "../server-clock.js";
import { dayKey, fromHash, periodOf, rowsOf, stepped, zoneNote } from "./calendar.js";
import { unsignedNotes } from "./unsigned-notes.js";
import { failedRecordings, waitingVisits } from "./waiting.js";
import { dayCells } from "./week-and-month.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("./calendar.js").Span} Span
 * @typedef {import("../../shell/attention.js").Waiting} Waiting
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {{shown: {span: Span, at: number}, visits: Visit[], more: boolean, today: Visit[]}} Found
 */

const LIVE_STATE_HINTS = {
  connecting: "Opening the live connection",
  live: "This page is told of every change at once",
  reconnecting: "The live connection was lost and is being opened again",
  polling: "Visits are asked for every 5 seconds, because the live connection is blocked",
  offline: "The server cannot be reached; this page may be out of date",
};

/** The now-mark and waiting times are drawn anew this often. In milliseconds. */
const REDRAW_EVERY_MS = 10_000;

/** What waits elsewhere than in visits is asked for this often. In milliseconds. */
const LOOK_EVERY_MS = 60_000;

/** A message makes the page ask for a week or a month at most this often. In milliseconds. */
const LONG_SPAN_EVERY_MS = 30_000;

const RECORDINGS = "Recordings";
const NOTES = "Notes";

/** @type {Found | null} */
let found = null;
/** @type {LiveChannel<Found> | null} */
let channel = null;
/** @type {User} */
let me;
/** @type {Map<string, Waiting[]>} by what was looked through */
const elsewhere = new Map();
/** @type {Set<string>} */
let unseen = new Set();
let announced = new Set();
let askedAt = 0;
/** @type {(visit: Visit) => void} */
let reschedule = () => {};
/** @type {ReturnType<typeof setInterval>[]} */
const timers = [];

/** @param {User} known */
async function open(known) {
  showScreen("loading");
  try {
    // A person who has just been verified need not sign in again.
    me = isVerifiedClinician(known) ? known : await reloadUser();
  } catch (error) {
    return failed(error, () => open(known));
  }
  if (!isVerifiedClinician(me)) return closed();
  const another = new RescheduleDialog(moved);
  reschedule = (visit) => another.open(visit);
  channel = new LiveChannel({ fetch, live: createLiveTicket }, { onMessage, onFetched: take, onState, onRefused }, PACE);
  channel.start();
  timers.push(setInterval(draw, REDRAW_EVERY_MS), setInterval(() => document.hidden || lookElsewhere(), LOOK_EVERY_MS));
  lookElsewhere();
}

function stop() {
  channel?.stop();
  for (const timer of timers) clearInterval(timer);
}

function closed() {
  stop();
  byId("pill").hidden = true;
  showScreen("closed");
}

/** What the address names; without anything, the day that it is. */
function wanted() {
  return fromHash(location.hash, serverNow());
}

async function listWanted() {
  const shown = wanted();
  const listed = { shown, ...(await listPeriod(periodOf(shown.span, shown.at))) };
  const day = wanted();
  // The first answer corrects the clock: where that makes it another day, the list is of the wrong one.
  if (day.span !== shown.span || dayKey(new Date(day.at)) === dayKey(new Date(shown.at))) return listed;
  return { shown: day, ...(await listPeriod(periodOf(day.span, day.at))) };
}

/** @returns {Promise<Found>} */
async function fetch() {
  askedAt = Date.now();
  try {
    const { shown, visits, more } = await listWanted();
    const isToday = shown.span === "day" && dayKey(new Date(shown.at)) === dayKey(new Date(serverNow()));
    const today = isToday ? visits : (await listPeriod(periodOf("day", serverNow()))).visits;
    return { shown, visits, more, today };
  } catch (error) {
    // Without a list, show what to do; the channel continues to fetch.
    if (!found) failed(error, () => channel?.refresh());
    throw error;
  }
}

function onMessage() {
  const isLong = wanted().span !== "day";
  if (!document.hidden && !(isLong && Date.now() - askedAt < LONG_SPAN_EVERY_MS)) void channel?.refresh();
}

/** @param {Found} next */
function take(next) {
  const first = found === null;
  found = next;
  setText("list-said", "");
  draw();
  if (first) showScreen("today");
  void lookAtRecordings(next.today);
  void look(NOTES, () => unsignedNotes(next.today, me.userId, serverNow()));
}

function draw() {
  if (!found) return;
  const now = serverNow();
  setText("where", [new Date(now).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" }), facilityOf(me)].filter(Boolean).join(" · "));
  const note = zoneNote(Intl.DateTimeFormat().resolvedOptions().timeZone, me.facilityTimeZone, facilityOf(me), now);
  setText("zone", note);
  byId("zone").hidden = !note;
  drawWaiting(now);
  drawPlan(found, now);
}

/** @param {number} now Unix ms */
function drawWaiting(now) {
  const here = waitingVisits(found?.today ?? [], me.userId, now);
  const titles = [...watchesFor(me).map(({ title }) => title), RECORDINGS, NOTES];
  const items = [...here, ...titles.flatMap((title) => elsewhere.get(title) ?? [])];
  updateRows(byId("waits"), items.map(waitRow));
  byId("waits").hidden = items.length === 0;
  const isDone = titles.every((title) => elsewhere.has(title) || unseen.has(title));
  setText("waits-none", items.length ? "" : isDone ? "Nothing waits for you." : "Looking…");
  const names = [...unseen].join(" and ");
  setText("waits-said", names ? `${names} could not be looked through. It is tried again by itself.` : "");
  const title = `${items.length ? `(${items.length}) ` : ""}Today · Bedside`;
  if (document.title !== title) document.title = title;
  const fresh = here.filter(({ key, label }) => label === "Waiting" && !announced.has(key));
  announced = new Set(here.map(({ key }) => key));
  if (fresh.length) announce(`${fresh.map((item) => item.title).join(", ")} ${fresh.length > 1 ? "are" : "is"} waiting.`);
}

/** @param {Waiting} item */
function waitRow(item) {
  const { key, title, detail, path, action, look, label } = item;
  return {
    key,
    drawn: JSON.stringify(item),
    make() {
      // Whom one keeps waiting comes first.
      const link = make("a", `button${label === "Waiting" ? " primary" : ""}`, action);
      link.href = path;
      link.setAttribute("aria-label", `${action}: ${title}, ${label}`);
      const about = make("div", "visit-who", make("h3", "visit-name", title), make("p", "small muted", detail));
      return make("li", "wait-row card", about, make("span", `badge ${look}${label === "Waiting" ? " pulsing" : ""}`, label), link);
    },
  };
}

/**
 * @param {Found} drawn
 * @param {number} now Unix ms
 */
function drawPlan({ shown, visits, more }, now) {
  const { span } = shown;
  const period = periodOf(span, shown.at);
  const isNow = now >= period.start.getTime() && now < period.end.getTime();
  // Those that go on across midnight are today's only.
  const dated = isNow ? visits : visits.filter(({ startsAt }) => new Date(startsAt) >= period.start && new Date(startsAt) < period.end);
  const seen = byId("mine", HTMLInputElement).checked ? dated.filter(({ practitionerId }) => practitionerId === me.userId) : dated;
  setText("plan-title", titleOf(span, period));
  for (const input of document.querySelectorAll("input[name=span]")) {
    if (input instanceof HTMLInputElement) input.checked = input.value === span;
  }
  byId("previous").setAttribute("aria-label", `Previous ${span}`);
  byId("next").setAttribute("aria-label", `Next ${span}`);
  byId("now", HTMLButtonElement).disabled = isNow && span === "day";
  const list = byId("list");
  list.className = span === "day" ? "visit-list" : `days days-${span}`;
  const rows = span === "day" ? dayRows(seen, now, isNow) : dayCells(span, period, seen, now);
  const isEmpty = span === "day" && seen.length === 0;
  updateRows(list, isEmpty ? [] : rows);
  list.hidden = isEmpty;
  byId("empty").hidden = !isEmpty;
  setText("empty-title", dated.length ? "None of these visits is yours" : "No visits on this day");
  setText("empty-text", dated.length ? "Turn off “Only mine” to see the others’." : "Book one, or look at the week.");
  if (more) setText("list-said", "These are more visits than can be shown. Choose a shorter time.");
}

/**
 * @param {Visit[]} visits
 * @param {number} now Unix ms
 * @param {boolean} isToday
 */
function dayRows(visits, now, isToday) {
  return rowsOf(visits, now, isToday).map((row) => {
    if (row.kind === "visit") return visitRow(row.visit, { dated: false, userId: me.userId, onReschedule: reschedule });
    const text = formatTime(new Date(row.at).toISOString());
    const look = row.kind === "now" ? "now-mark" : "hour-mark";
    // Under the hour stand the visits of that hour; the mark of now is no heading.
    const label = row.kind === "now" ? make("p", "", `Now, ${text}`) : make("h3", "small muted", text);
    return { key: `${row.kind} ${row.kind === "now" ? "" : row.at}`, drawn: text, make: () => make("li", look, label) };
  });
}

/**
 * @param {Span} span
 * @param {{start: Date, end: Date}} period
 */
function titleOf(span, { start, end }) {
  if (span === "day") return start.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  if (span === "month") return start.toLocaleDateString([], { month: "long", year: "numeric" });
  const form = new Intl.DateTimeFormat([], { day: "numeric", month: "short" });
  return `${form.format(start)} – ${form.format(stepped("day", end.getTime(), -1))}`;
}

function lookElsewhere() {
  for (const { title, find } of watchesFor(me)) void look(title, find);
}

/** @param {Visit[]} visits of today */
function lookAtRecordings(visits) {
  return look(RECORDINGS, () => failedRecordings(visits, me.userId));
}

/**
 * @param {string} title
 * @param {() => Promise<Waiting[]>} find
 */
async function look(title, find) {
  try {
    elsewhere.set(title, await find());
    unseen.delete(title);
  } catch {
    // What was found before stays, and the page says that it may be old.
    unseen = new Set([...unseen, title]);
  }
  draw();
}

/** @param {Visit} visit */
function moved(visit) {
  announce(`The visit of ${partyName(visit, "patient")} is now ${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}.`);
  void channel?.refresh();
}

/** @param {import("../../shell/live/channel.js").LiveState} state */
function onState(state) {
  drawLiveBadge(state, LIVE_STATE_HINTS);
  if (state === "offline" && found) setText("list-said", "The server cannot be reached. The visits may be out of date; they are loaded again by themselves.");
}

/** @param {unknown} error */
function onRefused(error) {
  if (error instanceof HttpProblem && error.status === 403) return closed();
  if (found) setText("list-said", errorMessage(error));
}

/**
 * @param {unknown} error
 * @param {() => void} again
 */
function failed(error, again) {
  setText("failed-text", errorMessage(error));
  byId("again").onclick = () => {
    showScreen("loading");
    again();
  };
  // A screen that is already shown must not take the focus at every retry.
  if (byId("failed").hidden) showScreen("failed");
}

/**
 * @param {Span} span
 * @param {number} at Unix ms
 */
function show(span, at) {
  const isNow = span === "day" && dayKey(new Date(at)) === dayKey(new Date(serverNow()));
  history.pushState(null, "", isNow ? location.pathname : `#${span}=${dayKey(new Date(at))}`);
  turn();
}

function turn() {
  if (!found) return;
  const { span, at } = wanted();
  // The title and the buttons turn at once, the visits when they have come.
  drawPlan({ ...found, shown: { span, at }, visits: [], more: false }, serverNow());
  for (const id of ["list", "empty"]) byId(id).hidden = true;
  setText("list-said", "Loading…");
  void channel?.refresh();
}

for (const input of document.querySelectorAll("input[name=span]")) {
  input.addEventListener("change", () => {
    const span = input instanceof HTMLInputElement ? /** @type {Span} */ (input.value) : "day";
    show(span, wanted().at);
  });
}
for (const [id, step] of /** @type {const} */ ([["previous", -1], ["next", 1]])) {
  byId(id).onclick = () => {
    const { span, at } = wanted();
    show(span, stepped(span, at, step));
  };
}
byId("now").onclick = () => show("day", serverNow());
byId("mine").onchange = draw;
addEventListener("popstate", turn);

const entered = requireSignIn({ onLeave: stop });
if (entered) void open(entered);
