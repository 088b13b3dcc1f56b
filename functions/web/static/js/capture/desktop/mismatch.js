/**
 * The choice between the patient on record, of the directory or of an open session, and the one asked for. Loaded when
 * there is one, so it may import only modules without state of their own.
 */
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {{patientId: string, patientName?: string, patientNHI?: string}} Patient */

const FACTS = /** @type {const} */ ([
  ["patientName", t("capture.mismatch.name")],
  ["patientNHI", "NHI"],
  ["patientId", t("capture.patient")],
]);

/** What stands around the two, by where the recorded one is from. */
const WORDS = {
  session: {
    text: t("capture.mismatch.session"),
    head: t("capture.mismatch.session.head"),
    hint: t("capture.mismatch.session.hint"),
    keep: t("capture.mismatch.session.keep"),
  },
  directory: {
    text: t("capture.mismatch.directory"),
    head: t("capture.mismatch.directory.head"),
    hint: t("capture.mismatch.directory.hint"),
    keep: t("capture.mismatch.directory.keep"),
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
      const cells = [recorded, requested].map((patient) => make("td", differ ? "differs" : "", patient[name] || t("capture.mismatch.not-given")));
      return make("tr", "", head, ...cells);
    }),
  );
  byId("mismatch-keep").onclick = () => keep(recorded);
  byId("mismatch-replace").onclick = replace;
  byId("mismatch-change").onclick = change;
  showDesktopScreen("mismatch");
}
