/** Patients in words. Pure, but for the page's language. */
import { isolated, locale, t } from "../shell/messages.js";

/**
 * @typedef {import("./api.js").Patient} Patient
 * @typedef {import("./api.js").IdentifierKind} IdentifierKind
 */

/** https://hl7.org/fhir/R4/valueset-administrative-gender.html */
export const SEXES = Object.freeze({ female: t("patients.sex.female"), male: t("patients.sex.male"), other: t("patients.sex.other"), unknown: t("patients.sex.unknown") });

/**
 * @param {string} date YYYY-MM-DD
 * @returns {string} "7 March 1984"
 */
export function formatBirth(date) {
  // Noon in UTC: the same day wherever it is written as one of UTC.
  return new Date(`${date}T12:00:00Z`).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

/**
 * @param {string} date YYYY-MM-DD
 * @param {Date} now
 * @returns {string} "42 years"; of small children months or days
 */
export function formatAge(date, now) {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  let months = (now.getFullYear() - year) * 12 + now.getMonth() + 1 - month;
  if (now.getDate() < day) months -= 1;
  if (months >= 24) return t("patients.age.years", { count: Math.floor(months / 12) });
  if (months >= 1) return t("patients.age.months", { count: months });
  const days = Math.round((Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.UTC(year, month - 1, day)) / 86_400_000);
  return t("patients.age.days", { count: Math.max(0, days) });
}

/**
 * @param {Pick<Patient, "identifiers">} patient
 * @param {IdentifierKind} kind
 * @returns {string} the number that the facility knows its patients by; "" without one
 */
export function numberOf(patient, kind) {
  return patient.identifiers.find(({ system }) => system === kind.system)?.value ?? "";
}

/**
 * @param {Patient} patient
 * @param {IdentifierKind} kind
 * @param {Date} now
 * @returns {string} what tells people of the same name apart
 */
export function aboutPatient(patient, kind, now) {
  const born = patient.dateOfBirth && `${formatBirth(patient.dateOfBirth)} (${formatAge(patient.dateOfBirth, now)})`;
  const number = numberOf(patient, kind);
  return [born, number && `${kind.label} ${number}`, isolated(patient.phone ?? "")].filter(Boolean).join(" · ");
}

/**
 * @param {string} patientId
 * @returns {string} the address of the patient's page
 */
export function patientPath(patientId) {
  return `/patient?id=${encodeURIComponent(patientId)}`;
}

/**
 * @param {string} patientId
 * @returns {string} the address of the page where photos of the patient are taken
 */
export function photosPath(patientId) {
  return `/?${new URLSearchParams({ patientId })}`;
}
