/** Bookings to come and those before: a patient's own, those with a clinician, or a facility's. */
import { requireSignIn } from "../../app.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { mayBook, mayChangeServices, maySeeBookings } from "../access.js";
import { listBookings } from "../api.js";
import { formatPrice, formatStart, timeZoneName } from "../labels.js";
import { stateLabel } from "../states.js";
import { Owed } from "./owed.js";
import { PackList } from "./packs.js";

/**
 * @typedef {import("../api.js").Booking} Booking
 * @typedef {"upcoming" | "past"} View
 */

/** @type {readonly View[]} */
const VIEWS = ["upcoming", "past"];

/** Where each list goes on; "" at its end. @type {Record<View, string>} */
const cursors = { upcoming: "", past: "" };
let userId = "";
/** @type {PackList | null} */
let packs = null;
/** What the facility owes, for its administrators. @type {Owed | null} */
let owed = null;

async function open() {
  showScreen("loading");
  setText("said", "");
  setText("zone", t("bookings.times.zone", { zone: timeZoneName() }));
  try {
    const [pages, failed] = await Promise.all([Promise.all(VIEWS.map((view) => listBookings(view, ""))), owed?.load(), packs?.load()]);
    for (const [at, view] of VIEWS.entries()) {
      byId(view).replaceChildren();
      const page = pages[at];
      if (page) add(view, page.bookings, page.cursor);
    }
    tell(failed ?? 0);
    filter();
    showScreen("list");
  } catch (error) {
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

/** @param {number} failed how many refunds failed: nobody else looks after them */
function tell(failed) {
  byId("owed-notice").hidden = !failed;
  setText("owed-count", t("bookings.owed.count", { count: failed }));
}

/** Shows all bookings, or only what is owed. */
function filter() {
  const isOwed = owed !== null && byId("view", HTMLSelectElement).value !== "";
  byId("owed").hidden = !isOwed;
  byId("owed-notice").hidden ||= isOwed;
  byId("everything").hidden = isOwed;
  const address = new URL(location.href);
  if (isOwed) address.searchParams.set("view", "refundFailed");
  else address.searchParams.delete("view");
  history.replaceState(history.state, "", address);
}

/** @param {View} view */
async function more(view) {
  const button = byId(`${view}-more`, HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const { bookings, cursor } = await listBookings(view, cursors[view]);
    const before = byId(view).children.length;
    add(view, bookings, cursor);
    byId(view).children[before]?.querySelector("a")?.focus();
  } catch (error) {
    setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

/**
 * @param {View} view
 * @param {Booking[]} bookings
 * @param {string | null} cursor
 */
function add(view, bookings, cursor) {
  byId(view).append(...bookings.map((booking) => make("li", "", row(booking))));
  byId(`${view}-none`).hidden = byId(view).children.length > 0;
  cursors[view] = cursor ?? "";
  byId(`${view}-more`).hidden = !cursor;
}

/** @param {Booking} booking */
function row(booking) {
  const { text, look } = stateLabel(booking);
  // Both are named to an administrator, who is neither.
  const people = [
    booking.patientId === userId ? "" : (booking.patientName ?? t("bookings.nameless")),
    booking.practitionerId === userId ? "" : booking.practitionerName,
  ];
  const link = make("a", "service card",
    make("strong", "", formatStart(booking.startsAt)),
    make("span", "", people.filter(Boolean).join(" · ")),
    make("span", "muted", [booking.serviceName, formatPrice(booking.price)].join(" · ")),
    make("span", `badge ${look}`, text),
  );
  link.href = `/booking?id=${encodeURIComponent(booking.bookingId)}`;
  return link;
}

for (const view of VIEWS) byId(`${view}-more`).addEventListener("click", () => void more(view));
byId("again").addEventListener("click", () => void open());
byId("view").addEventListener("change", () => void open());
byId("owed-show").addEventListener("click", () => {
  byId("view", HTMLSelectElement).value = "refundFailed";
  filter();
  byId("owed-title").focus();
});
const user = requireSignIn();
if (user) {
  userId = user.userId;
  byId("book").hidden = !mayBook(user);
  if (mayBook(user) || mayChangeServices(user)) packs = new PackList(userId, mayChangeServices(user));
  if (mayChangeServices(user)) {
    owed = new Owed();
    byId("filter").hidden = false;
    byId("view", HTMLSelectElement).value = new URLSearchParams(location.search).get("view") === "refundFailed" ? "refundFailed" : "";
  }
  if (maySeeBookings(user)) void open();
  else showScreen("closed");
}
