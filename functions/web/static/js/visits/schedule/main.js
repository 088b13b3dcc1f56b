/** The schedule page: the visits of today or all, and who is waiting. */
import { requireSignIn } from "../../app.js";
import { apiGet } from "../../shell/api.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { LiveChannel } from "../../shell/live/channel.js";
import { facilityOf } from "../../shell/users.js";
import { mayUseSchedule } from "../access.js";
import { createLiveTicket } from "../api.js";
import { formatDay, partyName, formatTime } from "../labels.js";
import { PACE } from "../pace.js";
import { VisitPages } from "../pagination.js";
import { updateRows } from "../rows.js";
import { serverNow } from "../server-clock.js";
import { RescheduleDialog } from "../reschedule-dialog.js";
import { BookDialog } from "./booking-dialog.js";
import { visitRow } from "./visit-row.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("../pagination.js").View} View
 * @typedef {import("../../shell/users.js").User} User
 */

const LIVE_STATE_HINTS = {
  connecting: "Opening the live connection",
  live: "This list is told of every change at once",
  reconnecting: "The live connection was lost and is being opened again",
  polling: "The list is asked for every 5 seconds, because the live connection is blocked",
  offline: "The server cannot be reached; the list may be out of date",
};

/** Waiting times are shown in minutes and redrawn this often. In milliseconds. */
const REDRAW_EVERY_MS = 10_000;

/** @type {readonly View[]} */
const VIEWS = ["today", "all"];

const pages = new VisitPages("today");
/** @type {import("../pagination.js").Found | null} */
let found = null;
/** @type {LiveChannel<import("../pagination.js").Found> | null} */
let channel = null;
/** @type {User} */
let me;
/** Patients already waiting, so that only new ones are announced. */
let waiting = new Set();
/** The visit to focus once it is in the list. */
let focusOn = "";
let drawing = 0;
/** @type {(visit: Visit) => void} */
let reschedule = () => {};
/** @type {(chosen: import("./booking-dialog.js").Patient | null) => void} */
let bookAtOnce = () => {};

/** @param {User} known */
async function open(known) {
  showScreen("loading");
  try {
    // A person who has just become a clinician need not sign in again.
    me = mayUseSchedule(known) ? known : await reloadUser();
  } catch (error) {
    return failed(error, () => open(known));
  }
  if (!mayUseSchedule(me)) return closed();
  const dialog = new BookDialog(me, booked);
  byId("book-open").onclick = () => dialog.open();
  bookAtOnce = (chosen) => dialog.open(chosen);
  const another = new RescheduleDialog(moved);
  reschedule = (visit) => another.open(visit);
  channel = new LiveChannel({ fetch, live: createLiveTicket }, { onMessage: () => document.hidden || channel?.refresh(), onFetched: take, onState, onRefused }, PACE);
  channel.start();
  drawing = setInterval(() => found && draw(found), REDRAW_EVERY_MS);
}

async function fetch() {
  try {
    return await pages.fetch();
  } catch (error) {
    // Without a list, show what to do; the channel continues to fetch.
    if (!found) failed(error, () => channel?.refresh());
    const more = byId("more", HTMLButtonElement);
    if (more.disabled) {
      pages.removePage();
      more.disabled = false;
      setText("more", "Show more");
      setText("list-said", errorMessage(error));
    }
    throw error;
  }
}

function stop() {
  channel?.stop();
  clearInterval(drawing);
}

function closed() {
  stop();
  byId("pill").hidden = true;
  showScreen("closed");
}

/** @param {import("../pagination.js").Found} next */
function take(next) {
  // The other view was chosen meanwhile: its response follows.
  if (next.view !== pages.view) return;
  const first = found === null;
  const before = found?.visits.length ?? 0;
  found = next;
  setText("list-said", "");
  tellWaiting(next.visits);
  draw(next);
  if (first) {
    showScreen("schedule");
    void openNamed();
  }
  const more = byId("more", HTMLButtonElement);
  if (more.disabled) {
    more.disabled = false;
    setText("more", "Show more");
    byId("list").querySelectorAll("a")[before]?.focus();
  }
  if (!focusOn) return;
  const booked = byId("list").querySelector(`[data-key="${CSS.escape(focusOn)}"] a`);
  if (!(booked instanceof HTMLElement)) return;
  focusOn = "";
  booked.focus();
}

/** A link to `/schedule#new` opens the dialog, once; `?patient=` says for whom. */
async function openNamed() {
  if (location.hash !== "#new") return;
  const patientId = new URLSearchParams(location.search).get("patient");
  history.replaceState(null, "", location.pathname);
  if (!patientId) return bookAtOnce(null);
  try {
    bookAtOnce(await apiGet(`/patients/${encodeURIComponent(patientId)}`));
  } catch (error) {
    setText("list-said", errorMessage(error, { missing: "Your facility has no such patient." }));
  }
}

/** @param {import("../pagination.js").Found} shown */
function draw({ view, visits, more }) {
  const dated = view === "all";
  updateRows(byId("list"), visits.map((visit) => visitRow(visit, { dated, userId: me.userId, onReschedule: reschedule })));
  byId("list").hidden = !visits.length;
  byId("empty").hidden = visits.length > 0;
  setText("empty-title", dated ? "No visits yet" : "No visits today");
  setText("empty-text", dated ? "Book the first one: the patient finds it on their own page." : "Book one, or look at all visits.");
  byId("more").hidden = !more;
  const today = new Date(serverNow()).toLocaleDateString([], { weekday: "short", day: "numeric", month: "long" });
  setText("where", [dated ? "All visits" : today, facilityOf(me)].filter(Boolean).join(" · "));
  const count = `${visits.length} ${visits.length === 1 ? "visit" : "visits"}`;
  setText("count", more ? `${count}, more to show` : visits.length ? count : "");
}

/** @param {Visit[]} visits */
function tellWaiting(visits) {
  const now = visits.filter(({ state, present }) => state === "waiting" && present.includes("patient"));
  const fresh = now.filter(({ visitId }) => !waiting.has(visitId));
  waiting = new Set(now.map(({ visitId }) => visitId));
  if (fresh.length) announce(`${fresh.map((visit) => partyName(visit, "patient")).join(", ")} ${fresh.length > 1 ? "are" : "is"} waiting.`);
}

/** @param {import("../../shell/live/channel.js").LiveState} state */
function onState(state) {
  drawLiveBadge(state, LIVE_STATE_HINTS);
  if (state === "offline" && found) setText("list-said", "The server cannot be reached. The list may be out of date; it is loaded again by itself.");
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

/** @param {View} view */
function turnTo(view) {
  for (const each of VIEWS) {
    byId(`tab-${each}`).setAttribute("aria-selected", String(each === view));
    byId(`tab-${each}`).tabIndex = each === view ? 0 : -1;
  }
  byId("panel").setAttribute("aria-labelledby", `tab-${view}`);
  if (view === pages.view) return;
  pages.selectView(view);
  byId("list").replaceChildren();
  for (const id of ["list", "empty", "more"]) byId(id).hidden = true;
  setText("count", "");
  setText("list-said", "Loading…");
  channel?.refresh();
}

/** @param {Visit} visit */
function booked(visit) {
  const day = formatDay(visit.startsAt, serverNow());
  announce(`The visit of ${partyName(visit, "patient")} was booked: ${day}, ${formatTime(visit.startsAt)}.`);
  focusOn = visit.visitId;
  if (day !== "Today") turnTo("all");
  channel?.refresh();
}

/** @param {Visit} visit */
function moved(visit) {
  announce(`The visit of ${partyName(visit, "patient")} is now ${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}.`);
  focusOn = visit.visitId;
  channel?.refresh();
}

for (const view of VIEWS) {
  byId(`tab-${view}`).onclick = () => turnTo(view);
  byId(`tab-${view}`).onkeydown = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = view === "today" ? "all" : "today";
    turnTo(next);
    byId(`tab-${next}`).focus();
  };
}
byId("more").onclick = () => {
  byId("more", HTMLButtonElement).disabled = true;
  setText("more", "Loading…");
  pages.addPage();
  channel?.refresh();
};

const entered = requireSignIn({ onLeave: stop });
if (entered) void open(entered);
