/** The summary of a visit. */
import { make } from "../shell/dom.js";
import { retry } from "../shell/http.js";
import { getSummary } from "./api.js";
import { formatDuration, outcomeLabel, formatTime } from "./labels.js";

/** @type {Record<import("openapi").NamedConsentDocument["decision"], string>} */
const DECISIONS = { asked: "Asked", given: "Allowed", refused: "Not allowed" };

/** @typedef {import("./api.js").Summary} Summary */

/**
 * @param {string} visitId
 * @returns {Promise<Summary>}
 */
export function loadSummary(visitId) {
  return retry(() => getSummary(visitId));
}

/**
 * Derives a summary from the visit itself, for people who may not see its summary.
 * @param {import("./api.js").Visit} visit
 * @returns {Summary}
 */
export function summaryFromVisit({ practitionerName, patientName, startedAt, endedAt, outcome }) {
  const durationSeconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
  return { doctorName: practitionerName, patientName, startedAt, endedAt, durationSeconds, recorded: null, recordingState: null, outcome, recordingConsents: null };
}

/**
 * @param {Summary} found
 * @param {"patient" | "practitioner"} party whose page it is
 * @returns {HTMLElement[]} the items of a description list
 */
export function summaryItems(found, party) {
  const began = found.startedAt !== null;
  /** @type {[name: string, value: string | null][]} */
  const known = [
    ["Outcome", party === "practitioner" ? outcomeLabel(found.outcome) : null],
    ["Clinician", found.doctorName],
    ["Patient", party === "practitioner" ? found.patientName : null],
    ["Began", began ? formatTime(found.startedAt) : null],
    ["Ended", began ? formatTime(found.endedAt) : null],
    ["Duration", began ? formatDuration(found.durationSeconds) : null],
    ["Recorded", began && found.recorded !== null ? (found.recorded ? "Yes" : "No") : null],
  ];
  const items = known.flatMap(([name, value]) => (value ? [make("div", "", make("dt", "", name), make("dd", "", value))] : []));
  const consents = (found.recordingConsents ?? []).map(({ at, by, name, decision }) => {
    const who = by === party ? "you" : name || (by === "patient" ? "the patient" : "the clinician");
    return make("p", "", `${DECISIONS[decision]} by ${who}, ${formatTime(at)}`);
  });
  return consents.length ? [...items, make("div", "", make("dt", "", "Consent to recording"), make("dd", "", ...consents))] : items;
}
