/** The page of the stand-ins for records: which documents arrived, and what was asked. */
import { element } from "./board.js";

const EVERY_MS = 1500;
const SHOWN = 30;

/** @typedef {Record<string, any> & {id: string, resourceType: string, description?: string}} Resource */
/** @typedef {Record<string, {arrived: Resource[], requests: [string, string][]}>} State */

async function watch() {
  try {
    /** @type {State} */
    const state = await (await fetch("/ehr/state")).json();
    const records = Object.entries(state);
    fill("#documents", records.flatMap(([name, { arrived }]) => arrived.map((each) => documentLine(name, each))));
    fill("#requests", records.flatMap(([name, { requests }]) => requests.slice(0, SHOWN).map((each) => requestLine(name, each))));
  } catch {
    fill("#documents", [element("li", "The stand-in does not answer.", "bad")]);
  }
  setTimeout(() => void watch(), EVERY_MS);
}

/**
 * @param {string} record
 * @param {Resource} resource
 */
function documentLine(record, resource) {
  const line = element("li", "");
  line.append(element("span", record), element("span", resource.resourceType));
  if (resource.resourceType === "DocumentReference") {
    const link = Object.assign(document.createElement("a"), { href: `/ehr/${record}/documents/${resource.id}` });
    link.textContent = (resource.description ?? "Document").split("\n")[0] ?? "Document";
    line.append(link, element("span", resource.subject?.reference ?? "", "muted"));
  }
  line.append(element("code", resource.id, "end"));
  return line;
}

/**
 * @param {string} record
 * @param {[string, string]} request
 */
function requestLine(record, [method, path]) {
  const line = element("li", "");
  line.append(element("span", record), element("span", method), element("code", path));
  return line;
}

/**
 * @param {string} selector
 * @param {HTMLElement[]} lines
 */
function fill(selector, lines) {
  const list = /** @type {HTMLElement} */ (document.querySelector(selector));
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...(lines.length ? lines : [element("li", "Nothing yet.", "muted")]));
}

void watch();
