/** The schedule page: the visits of today or all, and who is waiting. */
import { apiGet } from "../../shell/api.js";
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { facilityOf } from "../../shell/users.js";
import { drawZone } from "../../shell/zone.js";
import { mayUseSchedule } from "../access.js";
import { formatDayAndTime, formatLongDay, isToday, partyName } from "../labels.js";
import { ListPage } from "../list-page.js";
import { VisitPages } from "../pagination.js";
import { updateRows } from "../rows.js";
import { serverNow } from "../server-clock.js";
import { BookDialog } from "./booking-dialog.js";
import { visitRow } from "./visit-row.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("../pagination.js").Found} Found
 * @typedef {import("../pagination.js").View} View
 */

/** @type {readonly View[]} */
const VIEWS = ["today", "all"];

const pages = new VisitPages("today");
/** @type {Found | null} */
let found = null;
/** @type {import("../../shell/users.js").User} */
let me;
/** The visit to focus once it is in the list. */
let focusOn = "";
/** @type {BookDialog | null} */
let booking = null;

/** @type {ListPage<Found>} */
const page = new ListPage("schedule", {
  isFor: mayUseSchedule,
  onOpen(user) {
    me = user;
    const dialog = new BookDialog(user, booked);
    booking = dialog;
    byId("book-open").onclick = () => dialog.open();
  },
  fetch,
  onFetched: take,
  onMessage: () => page.refresh(),
  onMoved: ({ visitId }) => (focusOn = visitId),
  draw,
});

async function fetch() {
  try {
    return await pages.fetch();
  } catch (error) {
    if (stopLoadingMore()) {
      pages.removePage();
      setText("list-said", errorMessage(error));
    }
    throw error;
  }
}

/** @returns {boolean} whether the next visits were being loaded */
function stopLoadingMore() {
  const more = byId("more", HTMLButtonElement);
  const was = more.disabled;
  more.disabled = false;
  setText("more", t("shell.show-more"));
  return was;
}

/** @param {Found} next */
function take(next) {
  // The other view was chosen meanwhile: its response follows.
  if (next.view !== pages.view) return;
  const before = found?.visits.length ?? 0;
  setText("list-said", "");
  if (!found) void openNamed();
  found = next;
  page.announceWaiting(next.visits);
  draw();
  if (stopLoadingMore()) byId("list").querySelectorAll("a")[before]?.focus();
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
  try {
    const patient = patientId ? await apiGet(`/patients/${encodeURIComponent(patientId)}`) : null;
    booking?.open(patient);
  } catch (error) {
    setText("list-said", errorMessage(error, { missing: t("visits.patient.missing") }));
  }
}

function draw() {
  if (!found) return;
  const { view, visits, more } = found;
  const dated = view === "all";
  const about = { dated, userId: me.userId, onReschedule: (/** @type {Visit} */ visit) => page.reschedule(visit) };
  updateRows(byId("list"), visits.map((visit) => visitRow(visit, about)));
  byId("list").hidden = !visits.length;
  byId("empty").hidden = visits.length > 0;
  setText("empty-title", dated ? t("visits.schedule.none") : t("visits.schedule.none-today"));
  setText("empty-text", dated ? t("visits.schedule.none.text") : t("visits.schedule.none-today.text"));
  byId("more").hidden = !more;
  drawZone(me, serverNow());
  setText("where", [dated ? t("visits.schedule.all") : formatLongDay(serverNow()), facilityOf(me)].filter(Boolean).join(" · "));
  const count = visits.length;
  setText("count", more ? t("visits.count-more", { count }) : count ? t("visits.count", { count }) : "");
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
  setText("list-said", t("shell.loading"));
  page.refresh();
}

/** @param {Visit} visit */
function booked(visit) {
  announce(t("visits.booked", { name: partyName(visit, "patient"), when: formatDayAndTime(visit.startsAt, serverNow()) }));
  focusOn = visit.visitId;
  if (!isToday(visit.startsAt, serverNow())) turnTo("all");
  page.refresh();
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
  setText("more", t("shell.loading"));
  pages.addPage();
  page.refresh();
};

page.start();
