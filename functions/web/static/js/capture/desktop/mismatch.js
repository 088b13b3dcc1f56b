/** The choice between the patient on record, of the directory or of an open session, and the one asked for. */
import { byId, make, setText } from "../../shell/dom.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {{patientId: string, patientName?: string, patientNHI?: string}} Patient */

const FACTS = /** @type {const} */ ([
  ["patientName", "Name"],
  ["patientNHI", "NHI"],
  ["patientId", "Patient"],
]);

/** What stands around the two, by where the recorded one is from. */
const WORDS = {
  session: {
    text: "This encounter has an open session for another patient. Nothing was changed.",
    head: "Open session",
    hint: "To end the open session also closes it on its phones and on other desktops.",
    keep: "Continue with the open session",
  },
  directory: {
    text: "The directory of patients says something else than what was asked for. Nothing was changed.",
    head: "Directory",
    hint: "If the directory is wrong, correct it on the patient’s page first.",
    keep: "Continue as in the directory",
  },
};

/**
 * @param {{recorded: Patient, requested: Patient, source: "session" | "directory"}} problem
 * @param {{keep: (recorded: Patient) => void, replace: () => void, change: () => void}} choices
 */
export function showMismatch({ recorded, requested, source }, { keep, replace, change }) {
  const words = WORDS[source];
  setText("mismatch-text", words.text);
  setText("mismatch-head", words.head);
  setText("mismatch-hint", words.hint);
  setText("mismatch-keep", words.keep);
  byId("mismatch-replace").hidden = source !== "session";
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
