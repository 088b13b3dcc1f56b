/** The patient of a link from a page of the directory: known by name, so that nobody has to fill in anything. */
import { apiGet } from "../../shell/api.js";
import { callWithRetry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";
import { OWN_ID } from "./ids.js";

/** @typedef {Partial<import("./api.js").Encounter>} Asked */
/** @typedef {import("openapi").PatientRecordDocument} Patient */

/**
 * @param {Asked} asked
 * @returns {Promise<Patient | null>} null if the link is not of the directory, or the patient cannot be read
 */
export async function findKnownPatient({ patientId, patientName }) {
  return patientName ? null : findById(patientId ?? "");
}

/**
 * @param {string} patientId
 * @returns {Promise<Patient | null>} null if it is no id of the directory, or the patient cannot be read
 */
export async function findById(patientId) {
  if (!OWN_ID.test(patientId)) return null;
  try {
    return await apiGet(`/patients/${patientId}`);
  } catch {
    return null; // whoever asked says what is missing
  }
}

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<import("openapi").PatientListDocument>} of the facility's patients whom it may mean
 */
export function listPatients(text, signal) {
  const path = `/patients?${new URLSearchParams({ q: text })}`;
  return withAccessToken((token) => callWithRetry("GET", path, { token, signal }));
}
