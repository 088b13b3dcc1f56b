/** The encounters of a patient, as a section of their chart. */
import { byId, make } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { t } from "../shell/messages.js";
import { listEncounters } from "./api.js";
import { drawRows } from "./rows.js";

/**
 * Fills the chart's section `encounters`.
 * @param {string} patientId
 */
export async function drawEncounters(patientId) {
  const section = byId("encounters");
  const title = byId("encounters-title");
  const place = make("div", "");
  section.hidden = false;
  section.replaceChildren(title, make("p", "muted", t("shell.loading")));
  try {
    const { encounters, cursor } = await listEncounters(patientId, null);
    drawRows(place, encounters, { withNames: false, heading: "h3" });
    section.replaceChildren(title, encounters.length ? place : make("p", "muted", t("encounters.section.none")));
    if (cursor) section.append(link(t("encounters.all"), `/history?patientId=${encodeURIComponent(patientId)}`));
  } catch (error) {
    const again = make("button", "button", t("shell.try-again"));
    again.type = "button";
    again.addEventListener("click", () => void drawEncounters(patientId));
    section.replaceChildren(title, make("p", "", errorMessage(error)), again);
  }
}

/**
 * @param {string} text
 * @param {string} path
 */
function link(text, path) {
  const made = make("a", "button", text);
  made.href = path;
  return made;
}
