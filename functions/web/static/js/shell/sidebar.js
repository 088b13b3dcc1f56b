/**
 * The navigation that all pages for signed-in people share: the pages that are open to this person, where they work, who
 * they are, and the way out. It is a column beside the page, or else a sheet that a button in the bar opens.
 */
import { drawCrumbs } from "./crumbs.js";
import { byId, icon, make, setText } from "./dom.js";
import { t } from "./messages.js";
import { entryOf, pagesFor } from "./navigation.js";
import { requestSignOut } from "./sign-out.js";
import { facilityOf, nameOf, roleNames } from "./users.js";

/** Where the column is shown; css/side.css names the same width. */
const wide = matchMedia("(min-width: 1100px)");

/** @param {import("./users.js").User} user */
export function drawSidebar(user) {
  setText("side-place", facilityOf(user));
  byId("side-place").hidden = !facilityOf(user);
  const here = entryOf(location.pathname);
  const links = pagesFor(user).map((page) => {
    const link = make("a", "side-page", icon(page.icon), page.title);
    link.href = page.path;
    if (page === here) link.setAttribute("aria-current", page.path === location.pathname ? "page" : "true");
    return make("li", "", link);
  });
  byId("side-pages").replaceChildren(...links);
  const out = make("button", "button", t("shell.sign-out"));
  out.type = "button";
  out.addEventListener("click", () => void signOut());
  byId("who").replaceChildren(about(nameOf(user), roleNames(user.roles)), out);
  drawCrumbs();
}

async function signOut() {
  // What is asked about unsaved work must not stand behind the sheet.
  byId("side-sheet", HTMLDialogElement).close();
  await requestSignOut();
}

/**
 * @param {string} name
 * @param {string} roles
 */
function about(name, roles) {
  const made = make("span", "who", make("span", "", name), make("span", "small", roles));
  made.title = `${name} · ${roles}`; // long names are cut off
  return made;
}

function openSheet() {
  const sheet = byId("side-sheet", HTMLDialogElement);
  const close = make("button", "button icon-only plain side-close", icon("close"));
  close.type = "button";
  close.setAttribute("aria-label", t("shell.menu.close"));
  close.addEventListener("click", () => sheet.close());
  sheet.replaceChildren(close, byId("side"));
  sheet.showModal();
}

/** Takes the navigation back to its place, where wide windows show it. */
function emptySheet() {
  byId("side-sheet").before(byId("side"));
}

document.getElementById("side-open")?.addEventListener("click", openSheet);
const sheet = document.getElementById("side-sheet");
if (sheet instanceof HTMLDialogElement) {
  // Where it was opened again at once, it is told only now that it was closed.
  sheet.addEventListener("close", () => sheet.open || emptySheet());
  sheet.addEventListener("click", ({ target }) => {
    // Beside the sheet is its backdrop; a link to a part of this very page loads none.
    if (target === sheet || (target instanceof Element && target.closest("a"))) sheet.close();
  });
  wide.addEventListener("change", () => wide.matches && sheet.close());
}
