/** The menu in the bar: who is signed in, the pages that are open to them, and the way out. */
import { byId, icon, make } from "./dom.js";
import { pagesFor } from "./navigation.js";
import { requestSignOut } from "./sign-out.js";
import { facilityOf, nameOf, roleNames } from "./users.js";

/** @param {import("./users.js").User} user */
export function drawMenu(user) {
  const where = facilityOf(user) || roleNames(user.roles);
  const summary = make("summary", "button", icon("person"), about(nameOf(user), where));
  const out = make("button", "button", "Sign out");
  out.type = "button";
  out.addEventListener("click", () => void requestSignOut());
  const items = make("ul", "menu-items", make("li", "menu-who", about(nameOf(user), where)));
  items.setAttribute("role", "list");
  items.append(...pagesFor(user).map(({ path, title }) => make("li", "", link(path, title))), make("li", "", out));
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
  const made = make("span", "who", make("span", "", name), make("span", "small", where));
  made.title = `${name} · ${where}`; // long names are cut off
  return made;
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
