/** The summary of a visit. */
import { make } from "../shell/dom.js";
import { retry } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { getSummary } from "./api.js";
import { formatDuration, outcomeLabel, formatTime } from "./labels.js";

/** @type {Record<import("openapi").NamedConsentDocument["decision"], string>} */
const DECISIONS = { asked: t("visits.consent.state.asked"), given: t("visits.consent.state.given"), refused: t("visits.consent.state.refused") };

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
    [t("visits.summary.outcome"), party === "practitioner" ? outcomeLabel(found.outcome) : null],
    [t("visits.clinician"), found.doctorName],
    [t("visits.patient"), party === "practitioner" ? found.patientName : null],
    [t("visits.summary.began"), began ? formatTime(found.startedAt) : null],
    [t("visits.summary.ended"), began ? formatTime(found.endedAt) : null],
    [t("visits.summary.duration"), began ? formatDuration(found.durationSeconds) : null],
    [t("visits.summary.recorded"), began && found.recorded !== null ? (found.recorded ? t("visits.yes") : t("visits.no")) : null],
  ];
  const items = known.flatMap(([name, value]) => (value ? [make("div", "", make("dt", "", name), make("dd", "", value))] : []));
  const consents = (found.recordingConsents ?? []).map(({ at, by, name, decision }) => {
    const who = by === party ? t("visits.by.you") : name || (by === "patient" ? t("visits.by.patient") : t("visits.by.clinician"));
    return make("p", "", t("visits.consent.decided", { decision: DECISIONS[decision], who, time: formatTime(at) }));
  });
  return consents.length ? [...items, make("div", "", make("dt", "", t("visits.summary.consent")), make("dd", "", ...consents))] : items;
}
