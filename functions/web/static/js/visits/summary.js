/** The summary of a visit. */
import { make } from "../shell/dom.js";
import { retry } from "../shell/http.js";
import { getSummary } from "./api.js";
import { formatDuration, outcomeLabel, formatTime } from "./labels.js";

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
  return { doctorName: practitionerName, patientName, startedAt, endedAt, durationSeconds, recorded: null, recordingState: null, outcome };
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
  return known.flatMap(([name, value]) => (value ? [make("div", "", make("dt", "", name), make("dd", "", value))] : []));
}
