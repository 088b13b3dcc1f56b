/** What every page for signed-in people does first: nobody unknown stays, and whoever stays is seen in the bar. */
import { current, keepUser, reasonLeft, signOut, whenSignedOut } from "./tokens.js";
import { isOverdue, noteUse, watchUse } from "./idle-timeout.js";
import { byId, icon, make } from "./dom.js";
import { holdsVisits, isAdmin, isClinician, isPatient, nameOf, rolesInWords } from "./users.js";
import { read } from "./api.js";
import { dropDrafts, dropOldDrafts, stopKeeping } from "../visits/notes/drafts.js";
import { mayPart } from "../visits/notes/unsaved.js";

/** @typedef {import("./tokens.js").User} User */

/**
 * Lets a signed-in person in, and watches over the page from then on; anybody else is led to the sign-in page.
 * @param {{onLeave?: () => void, address?: () => string}} [page] `onLeave` stops everything that still runs; `address`
 *   is where to come back to, without anything that must not stand in an address
 * @returns {User | null} null when the page is being left, and must show nothing
 */
export function enter({ onLeave, address = () => location.pathname + location.search } = {}) {
  /** @param {Promise<void>} until */
  const leave = async (until) => {
    onLeave?.();
    sessionStorage.clear();
    stopKeeping();
    const byHand = reasonLeft() === "self" || reasonLeft() === "everywhere";
    // Whoever leaves was asked about what is not saved; where a sign-in ends by itself, that waits for the same person.
    const dropped = kept && byHand ? dropDrafts(kept.user.userId) : null;
    const wait = make("div", "screen waiting", make("div", "spinner"), make("p", "", "Signing out…"));
    wait.setAttribute("role", "status");
    document.body.replaceChildren(make("main", "", wait));
    document.title = "Bedside";
    await Promise.all([until, dropped]);
    const next = byHand ? "/" : address();
    location.replace(next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);
  };
  void dropOldDrafts();
  const kept = current();
  if (!kept) {
    void leave(Promise.resolve());
    return null;
  }
  whenSignedOut((until) => void leave(until));
  if (isOverdue()) {
    // A browser that is opened again after hours: out, before anything is shown.
    signOut("idle");
    return null;
  }
  // To load a page is to use it.
  noteUse();
  watchUse(() => void signOutByHand());
  drawMenu(kept.user);
  return kept.user;
}

/**
 * The person as the server knows them now: roles change while a page is open.
 * @returns {Promise<User>}
 */
export async function freshUser() {
  const user = await read("/auth/me");
  await keepUser(user);
  drawMenu(user);
  return user;
}

/** Signs somebody out who asked for it, once nothing that they typed is lost by it, or they accept that. */
export async function signOutByHand() {
  const kept = current();
  if (!kept || (await mayPart(kept.user.userId))) signOut("self");
}

/** @param {User} user */
export function drawMenu(user) {
  const where = user.facilityId ?? rolesInWords(user.roles);
  const summary = make("summary", "button", icon("person"), about(nameOf(user), where));
  const out = make("button", "button", "Sign out");
  out.type = "button";
  out.addEventListener("click", () => void signOutByHand());
  const items = make("ul", "menu-items", make("li", "menu-who", about(nameOf(user), where)));
  items.setAttribute("role", "list");
  if (isPatient(user)) items.append(make("li", "", link("/my-visits", "My visits")));
  if (isClinician(user)) items.append(make("li", "", link("/", "Photo capture")));
  if (holdsVisits(user)) items.append(make("li", "", link("/schedule", "Schedule")));
  if (isAdmin(user)) items.append(make("li", "", link("/users", "Users")));
  items.append(make("li", "", link("/account", "Account")), make("li", "", out));
  const menu = make("details", "menu", summary, items);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    summary.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  byId("who").replaceChildren(menu);
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (target instanceof Node && !menu.contains(target)) menu.removeAttribute("open");
  }
});

/**
 * @param {string} name
 * @param {string} where
 */
function about(name, where) {
  return make("span", "who", make("span", "", name), make("span", "small", where));
}

/**
 * @param {string} path
 * @param {string} text
 */
function link(path, text) {
  const anchor = make("a", "button", text);
  anchor.href = path;
  if (location.pathname === path) anchor.setAttribute("aria-current", "page");
  return anchor;
}
