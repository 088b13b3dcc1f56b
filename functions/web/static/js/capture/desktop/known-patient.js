/** The patient of a link from a page of the directory: known by name, so that nobody has to fill in anything. */
import { apiGet } from "../../shell/api.js";
import { callWithRetry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";

/** @typedef {Partial<import("./api.js").Encounter>} Asked */
/** @typedef {import("openapi").PatientRecordDocument} Patient */

/** The directory's own ids; those of record systems look otherwise, and their links bring the name. */
export const OWN_ID = /^[a-z2-7]{26}$/;

/** Encounters that a page of the directory begins. */
export const OWN_ENCOUNTER = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param {Asked} asked
 * @returns {Promise<Patient | null>} null if the link is not of the directory, or the patient cannot be read
 */
export async function findKnownPatient({ patientId, patientName }) {
  if (patientName || !OWN_ID.test(patientId ?? "")) return null;
  try {
    return await apiGet(`/patients/${patientId}`);
  } catch {
    return null; // the form says what is missing
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
