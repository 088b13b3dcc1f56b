/** The page of today: what waits now, and the visits of a day, a week or a month. */
import { dateOf } from "../../shell/dates.js";
import { byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { facilityOf, isVerifiedClinician } from "../../shell/users.js";
import { drawZone } from "../../shell/zone.js";
import { formatLongDay } from "../labels.js";
import { ListPage } from "../list-page.js";
import { listPeriod } from "../period.js";
import { serverNow } from "../server-clock.js";
import { fromHash, periodOf, stepped } from "./calendar.js";
import { drawPlan } from "./plan.js";
import { WaitList } from "./waits.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("./calendar.js").Span} Span
 * @typedef {import("./plan.js").Plan & {today: Visit[]}} Found
 */

/** What waits elsewhere than in visits is asked for this often. In milliseconds. */
const LOOK_EVERY_MS = 60_000;

/** A message makes the page ask for a week or a month at most this often. In milliseconds. */
const LONG_SPAN_EVERY_MS = 30_000;

/** @type {Found | null} */
let found = null;
/** @type {import("../../shell/users.js").User} */
let me;
/** @type {WaitList | null} */
let waits = null;
let askedAt = 0;

/** @type {ListPage<Found>} */
const page = new ListPage("today", {
  isFor: isVerifiedClinician,
  onOpen(user) {
    me = user;
    const list = new WaitList(user);
    waits = list;
    list.lookElsewhere();
    page.every(LOOK_EVERY_MS, () => list.lookElsewhere());
  },
  fetch,
  onFetched(next) {
    found = next;
    setText("list-said", "");
    draw();
    page.announceWaiting(next.today);
    waits?.update(next.today);
  },
  onMessage() {
    const isLong = wanted().span !== "day";
    if (!(isLong && Date.now() - askedAt < LONG_SPAN_EVERY_MS)) page.refresh();
  },
  onMoved() {},
  draw,
});

/** What the address names; without anything, the day that it is. */
function wanted() {
  return fromHash(location.hash, serverNow());
}

/** @param {number} one @param {number} other Unix ms */
function isSameDay(one, other) {
  return dateOf(new Date(one)) === dateOf(new Date(other));
}

async function listWanted() {
  const shown = wanted();
  const listed = { shown, ...(await listPeriod(periodOf(shown.span, shown.at))) };
  const day = wanted();
  // The first answer corrects the clock: where that makes it another day, the list is of the wrong one.
  if (day.span !== shown.span || isSameDay(day.at, shown.at)) return listed;
  return { shown: day, ...(await listPeriod(periodOf(day.span, day.at))) };
}

/** @returns {Promise<Found>} */
async function fetch() {
  askedAt = Date.now();
  const { shown, visits, more } = await listWanted();
  const isToday = shown.span === "day" && isSameDay(shown.at, serverNow());
  const today = isToday ? visits : (await listPeriod(periodOf("day", serverNow()))).visits;
  return { shown, visits, more, today };
}

function draw() {
  if (!found) return;
  const now = serverNow();
  setText("where", [formatLongDay(now), facilityOf(me)].filter(Boolean).join(" · "));
  drawZone(me, now);
  waits?.draw(now);
  drawPlan(found, now, reader());
}

function reader() {
  return { userId: me.userId, onReschedule: (/** @type {Visit} */ visit) => page.reschedule(visit) };
}

/**
 * @param {Span} span
 * @param {number} at Unix ms
 */
function show(span, at) {
  const isNow = span === "day" && isSameDay(at, serverNow());
  history.pushState(null, "", isNow ? location.pathname : `#${span}=${dateOf(new Date(at))}`);
  turn();
}

function turn() {
  if (!found) return;
  // The title and the buttons turn at once, the visits when they have come.
  drawPlan({ shown: wanted(), visits: [], more: false }, serverNow(), reader());
  for (const id of ["list", "empty"]) byId(id).hidden = true;
  setText("list-said", t("shell.loading"));
  page.refresh();
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

page.start();
