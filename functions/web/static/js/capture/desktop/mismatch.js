/** The choice between the patient of an open session and the one asked for, side by side. */
import { byId, make } from "../../shell/dom.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {{patientId: string, patientName?: string, patientNHI?: string}} Patient */

const FACTS = /** @type {const} */ ([
  ["patientName", "Name"],
  ["patientNHI", "NHI"],
  ["patientId", "Patient"],
]);

/**
 * @param {Patient} recorded of the open session
 * @param {Patient} requested
 * @param {{keep: (recorded: Patient) => void, replace: () => void, change: () => void}} choices
 */
export function showMismatch(recorded, requested, { keep, replace, change }) {
  byId("mismatch-facts").replaceChildren(
    ...FACTS.filter(([name]) => recorded[name] || requested[name]).map(([name, label]) => {
      const head = make("th", "", label);
      head.setAttribute("scope", "row");
      const differ = recorded[name] && requested[name] && recorded[name] !== requested[name];
      const cells = [recorded, requested].map((patient) => make("td", differ ? "differs" : "", patient[name] || "Not given"));
      return make("tr", "", head, ...cells);
    }),
  );
  byId("mismatch-keep").onclick = () => keep(recorded);
  byId("mismatch-replace").onclick = replace;
  byId("mismatch-change").onclick = change;
  showDesktopScreen("mismatch");
}
