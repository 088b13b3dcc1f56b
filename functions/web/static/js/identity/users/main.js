/** The users page: administrators find, add and manage the people of a facility. */
import { requireSignIn } from "../../app.js";
import { apiGet } from "../../shell/api.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, showFieldError, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { isAdmin, isSystemAdmin, nameOf } from "../../shell/users.js";
import { readPhoneNumber } from "../phone-number.js";
import { AddDialog } from "./add-dialog.js";
import { drawFacilities, fetchFacilities } from "./facilities.js";
import { FacilityDialog } from "./facility-dialog.js";
import { ManageDialog } from "./manage-dialog.js";
import { UsageSummary } from "./usage.js";
import { userRow } from "./user-row.js";

/** @typedef {import("../../shell/users.js").User} User */
/** @typedef {import("./facilities.js").Facility} Facility */
/** @typedef {{phone?: string, q?: string, facilityId?: string}} Filter */

/** @type {User} */
let admin;
/** @type {ManageDialog} */
let manage;
/** @type {User[]} */
let users = [];
/** @type {string | null} */
let cursor = null;
/** @type {Filter} */
let filter = {};
/** Only system administrators choose among facilities. @type {Facility[]} */
let facilities = [];
/** The number that was looked up, as the server understood it. */
let understood = "";
const today = new UsageSummary();
/** Only the response to the latest request is shown. */
let latestRequest = 0;

/** @param {User} known */
async function open(known) {
  showScreen("loading");
  try {
    // A person who has just become an administrator need not sign in again.
    admin = isAdmin(known) ? known : await reloadUser();
    if (isSystemAdmin(admin)) facilities = withOwn(await fetchFacilities());
  } catch (error) {
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    return showScreen("failed");
  }
  if (!isAdmin(admin)) return showScreen("closed");
  const add = new AddDialog(admin, added);
  manage = new ManageDialog(admin, changed, removed);
  const dialog = new FacilityDialog(facilitySaved);
  byId("add-open").onclick = () => add.open({ ...place(), isEmpty: !users.length });
  byId("facility-add").onclick = () => dialog.add();
  byId("facility-change").onclick = () => void changeFacility(dialog);
  const all = isSystemAdmin(admin);
  byId("facility-filter").hidden = !all;
  byId("facility-column").hidden = !all;
  byId("facility-add").hidden = !all;
  drawPlaces(admin.facilityId || (facilities.length === 1 ? facilities[0].facilityId : ""));
  filter = chosenFacility();
  await load();
}

/**
 * @param {Facility[]} found
 * @returns {Facility[]} with the administrator's own facility, which may have no name yet
 */
function withOwn(found) {
  const own = admin.facilityId;
  if (!own || found.some(({ facilityId }) => facilityId === own)) return found;
  return [...found, { facilityId: own, name: "", country: "", timeZone: "" }];
}

/** @returns {{facilityId: string, facilityName: string | null}} where people are added; "" where none is chosen */
function place() {
  if (!isSystemAdmin(admin)) return { facilityId: admin.facilityId ?? "", facilityName: admin.facilityName };
  const facilityId = byId("find-facility", HTMLSelectElement).value;
  return { facilityId, facilityName: facilities.find((each) => each.facilityId === facilityId)?.name || null };
}

/** @returns {Filter} */
function chosenFacility() {
  return isSystemAdmin(admin) && place().facilityId ? { facilityId: place().facilityId } : {};
}

/** @param {string} chosen */
function drawPlaces(chosen) {
  const select = byId("find-facility", HTMLSelectElement);
  drawFacilities(select, facilities, chosen);
  select.prepend(new Option(t("identity.facility.choose"), "", false, !chosen));
}

/** @param {FacilityDialog} dialog */
async function changeFacility(dialog) {
  setText("list-said", "");
  try {
    await dialog.change(place().facilityId);
  } catch (error) {
    setText("list-said", errorMessage(error));
  }
}

/** @param {Facility} facility */
async function facilitySaved(facility) {
  const isNew = isSystemAdmin(admin) && !facilities.some(({ facilityId }) => facilityId === facility.facilityId);
  if (isSystemAdmin(admin)) {
    facilities = [...facilities.filter(({ facilityId }) => facilityId !== facility.facilityId), facility];
    facilities.sort((one, other) => one.name.localeCompare(other.name));
    drawPlaces(facility.facilityId);
  } else {
    admin = await reloadUser();
  }
  byId("find-text", HTMLInputElement).value = "";
  filter = chosenFacility();
  await load();
  setText("list-said", isNew ? t("identity.facility.added", { facility: facility.name }) : t("identity.facility.saved"));
  byId(isNew ? "add-open" : "facility-change").focus();
}

async function load() {
  const mine = ++latestRequest;
  users = [];
  cursor = null;
  understood = "";
  void today.show(filter.facilityId ?? "", place().facilityName ?? "");
  if (!isAsking()) {
    draw();
    return showScreen("users");
  }
  showScreen("loading");
  await fetchPage(mine, (text) => {
    setText("failed-text", text);
    byId("again").onclick = () => void load();
    showScreen("failed");
  });
}

/** Whether anything is asked for: a system administrator chooses a facility first, or looks for a number. */
function isAsking() {
  return !isSystemAdmin(admin) || Boolean(filter.phone || filter.facilityId);
}

async function loadMore() {
  const button = byId("more", HTMLButtonElement);
  button.disabled = true;
  setText("more", t("shell.loading"));
  const before = users.length;
  await fetchPage(latestRequest, (text) => setText("list-said", text));
  button.disabled = false;
  setText("more", t("shell.show-more"));
  // The button may be gone: focus the first new person.
  if (users.length > before) byId("list").querySelectorAll("button")[before]?.focus();
}

/**
 * @param {number} mine
 * @param {(text: string) => void} onFailed
 */
async function fetchPage(mine, onFailed) {
  setText("list-said", "");
  try {
    const query = new URLSearchParams({ ...filter, ...(cursor ? { cursor } : {}) });
    const answer = await apiGet(["/admin/users", String(query)].filter(Boolean).join("?"));
    if (mine !== latestRequest) return;
    users.push(...answer.users);
    cursor = answer.cursor;
    understood = answer.phone ?? "";
  } catch (error) {
    if (mine !== latestRequest) return;
    if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
    return onFailed(errorMessage(error));
  }
  draw();
  showScreen("users");
}

function draw() {
  const facility = isSystemAdmin(admin);
  byId("list").replaceChildren(
    ...users.map((user) =>
      userRow(user, { mine: user.userId === admin.userId, facility, onOpen: (person) => manage.open(person) }),
    ),
  );
  byId("table").hidden = !users.length;
  byId("empty").hidden = users.length > 0;
  const [title, text] = emptyWords();
  setText("empty-title", title);
  setText("empty-text", text);
  byId("find-clear").hidden = !filter.phone && !filter.q;
  byId("add-open").hidden = byId("facility-change").hidden = !place().facilityId;
  byId("facility-add").classList.toggle("primary", facility && !place().facilityId);
  setText("where", place().facilityName || place().facilityId || t("identity.facility.all"));
  byId("more").hidden = !cursor;
  const count = users.length;
  setText("count", cursor ? t("identity.people.count-more", { count }) : count ? t("identity.people.count", { count }) : "");
}

/** @returns {[title: string, text: string]} what an empty list means, and what to do about it */
function emptyWords() {
  if (filter.phone) return [t("identity.people.none-found"), t("identity.people.none-found.number", { phone: understood })];
  if (filter.q && isAsking()) {
    const name = filter.q;
    return cursor
      ? [t("identity.people.none-so-far"), t("identity.people.none-so-far.name", { name })]
      : [t("identity.people.none-found"), t("identity.people.none-found.name", { name })];
  }
  if (isAsking()) return [t("identity.people.none"), t("identity.people.none.text")];
  if (facilities.length) return [t("identity.facility.choose"), t("identity.facility.choose.text")];
  return [t("identity.facility.none"), t("identity.facility.none.text")];
}

async function find() {
  const field = byId("find-text", HTMLInputElement);
  const text = cleanLine(field.value);
  const { phone } = readPhoneNumber(text);
  const place = chosenFacility();
  const placeless = text && !phone && isSystemAdmin(admin) && !place.facilityId;
  showFieldError("find-text", placeless ? t("identity.people.find.placeless") : "");
  if (placeless) return field.focus();
  filter = { ...place, ...(phone ? { phone } : text ? { q: text } : {}) };
  await load();
  announce(byId("count").textContent || t("identity.people.none-found"));
}

/**
 * @param {User} user
 * @param {string} invitation
 */
function added(user, invitation) {
  users = [user, ...users.filter(({ userId }) => userId !== user.userId)];
  draw();
  showScreen("users");
  setText("list-said", [t("identity.people.added", { name: nameOf(user), phone: user.phone ?? "" }), invitation].filter(Boolean).join(" "));
  byId("list").querySelector("button")?.focus();
}

/** @param {User} user */
function changed(user) {
  users = users.map((other) => (other.userId === user.userId ? user : other));
  draw();
}

/** @param {User} user */
function removed(user) {
  users = users.filter(({ userId }) => userId !== user.userId);
  draw();
  setText("list-said", t("identity.people.removed", { name: nameOf(user) }));
  byId("add-open").focus();
}

byId("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void find();
});
byId("find-facility").addEventListener("change", () => void find());
byId("find-clear").addEventListener("click", () => {
  byId("find-text", HTMLInputElement).value = "";
  filter = chosenFacility();
  showFieldError("find-text", "");
  void load();
});
byId("more").addEventListener("click", () => void loadMore());
byId("manage", HTMLDialogElement).addEventListener("close", () => {
  const button = byId("list").querySelector(`[data-user-id="${CSS.escape(manage.openedId)}"] button`);
  if (button instanceof HTMLElement) button.focus();
});

const entered = requireSignIn();
if (entered) void open(entered);
