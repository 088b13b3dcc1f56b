/** A patient of the directory in words. Pure, but for the page's language. */
import { locale, t } from "../../shell/messages.js";

/** @typedef {Pick<import("openapi").PatientRecordDocument, "dateOfBirth" | "identifiers" | "identifierKind">} Patient */

/** @param {{patientName?: string | null}} patient @returns {string} the name, if the directory or a link knows it */
export function nameOf({ patientName }) {
  return patientName ?? t("capture.form.unknown");
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
