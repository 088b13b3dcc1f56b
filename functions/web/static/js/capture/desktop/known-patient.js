/** The patient of a link from a page of the directory: known by name, so that nobody has to fill in anything. */
import { apiGet } from "../../shell/api.js";
import { locale } from "../../shell/messages.js";

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

/** @param {Patient} patient @returns {string} what tells people of the same name apart */
export function aboutKnown(patient) {
  return [bornOn(patient), numberOf(patient)].filter(Boolean).join(" · ");
}

/** @param {Patient} patient @returns {string} "March 7, 1984", or "" */
export function bornOn({ dateOfBirth }) {
  // Noon in UTC is the same day wherever it is written as one of UTC.
  const noon = dateOfBirth && new Date(`${dateOfBirth}T12:00:00Z`);
  return noon ? noon.toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" }) : "";
}

/** @param {Patient} patient @returns {string} the number by which the facility knows its patients, or "" */
export function numberOf({ identifiers, identifierKind }) {
  const number = identifiers.find(({ system }) => system === identifierKind.system)?.value;
  return number ? `${identifierKind.label} ${number}` : "";
}
