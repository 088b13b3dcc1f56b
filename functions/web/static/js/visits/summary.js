/** What a visit came to. */
import { retry } from "../shell/http.js";
import { make } from "../shell/dom.js";
import { summary } from "./api.js";
import { lengthInWords, outcomeInWords, timeOf } from "./labels.js";

/** @typedef {import("./api.js").Summary} Summary */

/**
 * @param {string} visitId
 * @returns {Promise<Summary>}
 */
export function summaryOf(visitId) {
  return retry(() => summary(visitId));
}

/**
 * What the visit itself tells, for those who may not see its summary.
 * @param {import("./api.js").Visit} visit
 * @returns {Summary}
 */
export function seenFromOutside({ practitionerName, patientName, startedAt, endedAt, outcome }) {
  const durationSeconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
  return { doctorName: practitionerName, patientName, startedAt, endedAt, durationSeconds, recorded: null, recordingState: null, outcome };
}

/**
 * @param {Summary} found
 * @param {"patient" | "practitioner"} party whose page it is
 * @returns {HTMLElement[]} the parts of a list of facts
 */
export function facts(found, party) {
  const began = found.startedAt !== null;
  /** @type {[name: string, value: string | null][]} */
  const known = [
    ["Outcome", party === "practitioner" ? outcomeInWords(found.outcome) : null],
    ["Clinician", found.doctorName],
    ["Patient", party === "practitioner" ? found.patientName : null],
    ["Began", began ? timeOf(found.startedAt) : null],
    ["Ended", began ? timeOf(found.endedAt) : null],
    ["Duration", began ? lengthInWords(found.durationSeconds) : null],
    ["Recorded", began && found.recorded !== null ? (found.recorded ? "Yes" : "No") : null],
  ];
  return known.flatMap(([name, value]) => (value ? [make("div", "", make("dt", "", name), make("dd", "", value))] : []));
}
