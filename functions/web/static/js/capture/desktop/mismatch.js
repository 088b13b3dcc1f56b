/**
 * The choice between the patient on record, of the directory or of an open session, and the one asked for. Loaded when
 * there is one, so it may import only modules without state of their own.
 */
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { OWN_ID } from "./ids.js";
import { bornOn } from "./patient-words.js";
import { showDesktopScreen } from "./screens.js";

/** @typedef {{patientId: string, patientName?: string, patientNHI?: string}} Patient */

/** @typedef {(patientId: string) => Promise<import("./known-patient.js").Patient | null>} Find in the directory, by its own ids */

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
 * @param {Find} find
 */
export function showMismatch({ recorded, requested, source }, { keep, replace, change }, find) {
  const words = WORDS[source];
  setText("mismatch-text", words.text);
  setText("mismatch-head", words.head);
  setText("mismatch-hint", words.hint);
  setText("mismatch-keep", words.keep);
  byId("mismatch-replace").hidden = source !== "session";
  void compare([recorded, requested], find);
  byId("mismatch-keep").onclick = () => keep(recorded);
  byId("mismatch-replace").onclick = replace;
  byId("mismatch-change").onclick = change;
  showDesktopScreen("mismatch");
}

/** Which comparison is shown: what the directory says late about an earlier one is not. */
let shown = 0;

/**
 * Compares two patients by what is known at once, and then by what the directory adds. Its ids tell people nothing.
 * @param {[Patient, Patient]} patients
 * @param {Find} find
 */
async function compare(patients, find) {
  const mine = (shown += 1);
  draw(patients, [null, null]);
  const known = await Promise.all(patients.map(({ patientId }) => find(patientId)));
  if (mine !== shown || !known.some(Boolean)) return;
  const differ = draw(patients, known);
  if (!differ && known.every(Boolean)) byId("mismatch-text").append(` ${t("capture.mismatch.alike")}`);
}

/**
 * @param {[Patient, Patient]} patients
 * @param {Awaited<ReturnType<Find>>[]} known
 * @returns {boolean} whether the two differ
 */
function draw(patients, known) {
  /** @type {[string, ...(string | undefined)[]][]} */
  const facts = [
    [t("capture.mismatch.name"), ...patients.map(({ patientName }, which) => patientName ?? known[which]?.name)],
    [t("capture.mismatch.born"), ...known.map((record) => record ? bornOn(record) : "")],
    ["NHI", ...patients.map(({ patientNHI }) => patientNHI)],
    [t("capture.patient"), ...patients.map(({ patientId }) => (OWN_ID.test(patientId) ? "" : patientId))],
  ];
  let differ = false;
  const rows = facts.filter(([, one, other]) => one || other).map(([label, one, other]) => {
    const head = make("th", "", label);
    head.setAttribute("scope", "row");
    const differs = Boolean(one && other && one !== other);
    differ ||= differs;
    const cells = [one, other].map((fact) => make("td", differs ? "differs" : "", fact || t("capture.mismatch.not-given")));
    return make("tr", "", head, ...cells);
  });
  byId("mismatch-facts").replaceChildren(...rows);
  return differ;
}
