/**
 * Breadcrumbs: the page in the navigation that this one belongs to, and what of it is shown. The page's title names no
 * patient, because browsers keep titles in their history.
 */
import { byId, make } from "./dom.js";
import { entryOf } from "./navigation.js";

let place = "";

/**
 * Names what the page shows, such as a patient; "" for the page itself.
 * @param {string} text
 */
export function setPlace(text) {
  place = text;
  drawCrumbs();
}

export function drawCrumbs() {
  const bar = document.getElementById("crumbs");
  const entry = entryOf(location.pathname);
  if (!bar || !entry) return;
  const isEntry = location.pathname === entry.path && !place;
  const crumbs = [make("li", "", isEntry ? entry.title : link(entry))];
  if (place) {
    const last = make("li", "", place);
    last.title = place; // a long name is cut off
    crumbs.push(last);
  }
  if (isEntry || place) crumbs.at(-1)?.setAttribute("aria-current", "page");
  const list = make("ol", "", ...crumbs);
  list.setAttribute("role", "list");
  byId("crumbs").replaceChildren(list);
  bar.hidden = false;
}

/** @param {import("./navigation.js").PageEntry} entry */
function link({ path, title }) {
  const made = make("a", "", title);
  made.href = path;
  return made;
}
