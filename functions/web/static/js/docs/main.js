/** The page that shows the API to a person: every call by domain, from the OpenAPI document. */
import "../shell/skip-link.js";
import { byId, make, setText, showScreen } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { callSection } from "./call.js";
import { inEnglish, prose } from "./prose.js";

/** @typedef {import("./openapi.js").OpenApi} OpenApi */

/** @param {OpenApi} document */
function show(document) {
  const about = document.info.description.trim().split("\n\n");
  byId("about").replaceChildren(...about.map((text) => make("p", "", ...prose(text))));
  setText("version", t("docs.version", { version: document.info.version }));
  byId("domains").replaceChildren(
    ...document.tags.map(({ name }) => {
      const link = make("a", "", name);
      link.href = `#${name}`;
      return make("li", "", link);
    }),
  );
  byId("calls").replaceChildren(...document.tags.map((tag) => domainSection(document, tag)));
  showScreen("api");
  openNamed();
}

/**
 * @param {OpenApi} document
 * @param {{name: string, description: string}} tag
 */
function domainSection(document, { name, description }) {
  const heading = make("h2", "", name);
  heading.id = name;
  const section = make("section", "domain", heading, inEnglish(make("p", "muted", ...prose(description))));
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.tags.includes(name)) section.append(callSection(document, method, path, operation));
    }
  }
  return section;
}

/** Opens the call that the address names, such as `#putVisitsByVisitIdNotes`. */
function openNamed() {
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (named instanceof HTMLDetailsElement) named.open = true;
  named?.scrollIntoView();
}

async function load() {
  showScreen("loading");
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    show(await answer.json());
  } catch {
    showScreen("failed");
  }
}

addEventListener("hashchange", openNamed);
byId("again").addEventListener("click", () => void load());
void load();
