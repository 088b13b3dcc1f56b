/** The calls about patients. */
import { apiCall } from "../shell/api.js";
import { callWithRetry, exchange, retry } from "../shell/http.js";
import { withAccessToken } from "../shell/tokens.js";

/**
 * @typedef {import("openapi").PatientDocument} Patient
 * @typedef {import("openapi").PatientRecordDocument} PatientRecord
 * @typedef {import("openapi").IdentifierKindDocument} IdentifierKind
 * @typedef {import("openapi").PatientListDocument} PatientList
 * @typedef {{name: string, dateOfBirth: string | null, sex: string | null, phone: string | null,
 *   identifiers: {system: string, value: string}[]}} Facts
 * @typedef {{patient: PatientRecord, etag: string}} Read
 */

/** @param {string} patientId */
const pathOf = (patientId) => `/patients/${encodeURIComponent(patientId)}`;

/**
 * @param {string} text what somebody typed; "" for all patients by name
 * @param {string | null} [cursor]
 * @param {AbortSignal | null} [signal]
 * @returns {Promise<PatientList>}
 */
export function listPatients(text, cursor = null, signal = null) {
  const query = new URLSearchParams({ q: text, ...(cursor && { cursor }) });
  return withAccessToken((token) => callWithRetry("GET", `/patients?${query}`, { token, signal }));
}

/**
 * @param {string} patientId
 * @returns {Promise<Read>}
 */
export async function getPatient(patientId) {
  const read = () => withAccessToken((token) => exchange("GET", pathOf(patientId), { token }));
  const { body, etag } = await retry(read);
  return { patient: body, etag };
}

/**
 * @param {Facts} facts
 * @param {string} key the same for each try, so that a lost answer adds nobody twice
 * @returns {Promise<Patient>}
 */
export function addPatient(facts, key) {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  return apiCall("POST", "/patients", known, { "idempotency-key": key });
}

/**
 * @param {string} patientId
 * @param {Partial<Facts>} changes
 * @param {string} etag
 * @returns {Promise<{patient: Patient, etag: string}>}
 */
export async function changePatient(patientId, changes, etag) {
  return versioned("PATCH", pathOf(patientId), etag, changes);
}

/**
 * Lets the person who signs in with the patient's phone number join the patient's visits.
 * @param {string} patientId
 * @param {string} etag
 */
export function tiePerson(patientId, etag) {
  return versioned("PUT", `${pathOf(patientId)}/person`, etag);
}

/**
 * @param {string} patientId
 * @param {string} etag
 */
export function untiePerson(patientId, etag) {
  return versioned("DELETE", `${pathOf(patientId)}/person`, etag);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} etag
 * @param {unknown} [body]
 * @returns {Promise<{patient: Patient, etag: string}>}
 */
async function versioned(method, path, etag, body) {
  const headers = { "if-match": etag };
  const answer = await withAccessToken((token) => exchange(method, path, { token, body, headers }));
  return { patient: answer.body, etag: answer.etag };
}
