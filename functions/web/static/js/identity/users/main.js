/** The users page: administrators find, add and manage the people of a facility. */
import { requireSignIn } from "../../app.js";
import { apiGet } from "../../shell/api.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, showFieldError, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanLine } from "../../shell/text.js";
import { isAdmin, isSystemAdmin, nameOf } from "../../shell/users.js";
import { parsePhoneNumber } from "../phone-number.js";
import { AddDialog } from "./add-dialog.js";
import { ManageDialog } from "./manage-dialog.js";
import { UsageSummary } from "./usage.js";
import { userRow } from "./user-row.js";

/** @typedef {import("../../shell/users.js").User} User */
/** @typedef {{phone?: string, facilityId?: string}} Filter */

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
const today = new UsageSummary();
/** Only the response to the latest request is shown. */
let latestRequest = 0;

/** @param {User} known */
async function open(known) {
  showScreen("loading");
  try {
    // A person who has just become an administrator need not sign in again.
    admin = isAdmin(known) ? known : await reloadUser();
  } catch (error) {
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    return showScreen("failed");
  }
  if (!isAdmin(admin)) return showScreen("closed");
  const add = new AddDialog(admin, added);
  manage = new ManageDialog(admin, changed);
  byId("add-open").onclick = () => add.open();
  const all = isSystemAdmin(admin);
  byId("facility-filter").hidden = !all;
  byId("facility-column").hidden = !all;
  setText("where", all ? "All facilities" : (admin.facilityId ?? ""));
  await load();
}

async function load() {
  const mine = ++latestRequest;
  users = [];
  cursor = null;
  showScreen("loading");
  void today.show(filter.facilityId ?? "");
  await fetchPage(mine, (text) => {
    setText("failed-text", text);
    byId("again").onclick = () => void load();
    showScreen("failed");
  });
}

async function loadMore() {
  const button = byId("more", HTMLButtonElement);
  button.disabled = true;
  setText("more", "Loading…");
  const before = users.length;
  await fetchPage(latestRequest, (text) => setText("list-said", text));
  button.disabled = false;
  setText("more", "Show more");
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
  const searching = Boolean(filter.phone || filter.facilityId);
  setText("empty-title", searching ? "Nobody found" : "Nobody here yet");
  setText(
    "empty-text",
    filter.phone
      ? "Nobody with this number is known here. Check the number, or add the person."
      : searching
        ? "No facility of this name has people here. Check how it is written."
        : "Add the first person by their phone number. They sign in with a code; there is no password.",
  );
  byId("find-clear").hidden = !searching;
  byId("more").hidden = !cursor;
  const count = `${users.length} ${users.length === 1 ? "person" : "people"}`;
  setText("count", cursor ? `${count}, more to show` : users.length ? count : "");
}

async function find() {
  const number = byId("find-phone", HTMLInputElement);
  const text = number.value.trim();
  const found = text ? parsePhoneNumber(text) : { phone: "", error: "" };
  showFieldError("find-phone", found.error);
  if (found.error) return number.focus();
  const facilityId = cleanLine(byId("find-facility", HTMLInputElement).value);
  filter = { ...(found.phone ? { phone: found.phone } : {}), ...(facilityId ? { facilityId } : {}) };
  await load();
  announce(byId("count").textContent || "Nobody found");
}

/** @param {User} user */
function added(user) {
  users = [user, ...users.filter(({ userId }) => userId !== user.userId)];
  draw();
  showScreen("users");
  setText("list-said", `${nameOf(user)} was added and can sign in now.`);
  byId("list").querySelector("button")?.focus();
}

/** @param {User} user */
function changed(user) {
  users = users.map((other) => (other.userId === user.userId ? user : other));
  draw();
}

byId("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void find();
});
byId("find-clear").addEventListener("click", () => {
  byId("find-form", HTMLFormElement).reset();
  filter = {};
  showFieldError("find-phone", "");
  void load();
});
byId("more").addEventListener("click", () => void loadMore());
byId("manage", HTMLDialogElement).addEventListener("close", () => {
  const button = byId("list").querySelector(`[data-user-id="${CSS.escape(manage.openedId)}"] button`);
  if (button instanceof HTMLElement) button.focus();
});

const entered = requireSignIn();
if (entered) void open(entered);
