/** What the record and its photos are called. */
import { t } from "../../shell/messages.js";

/**
 * @param {string} kind of a record
 * @returns {string} where photos go, after "to"
 */
export function targetWords(kind) {
  switch (kind) {
    case "alex":
      return t("commits.target.alex");
    case "download":
      return t("commits.target.download");
    default:
      return t("commits.target.fhir");
  }
}

/** @param {string} code @returns {string} what a photo needs */
export function missingWords(code) {
  switch (code) {
    case "body-site":
      return t("commits.missing.body-site");
    case "image-type":
      return t("commits.missing.image-type");
    case "laterality":
      return t("commits.missing.laterality");
    case "side-contradiction":
      return t("commits.missing.side-contradiction");
    case "committing":
      return t("commits.missing.committing");
    case "committed":
      return t("commits.missing.committed");
    case "changed":
      return t("commits.missing.changed");
    default:
      return t("commits.missing.other");
  }
}

/** @param {string | undefined} error @returns {string} why a photo is not in the record, and what to do */
export function failureWords(error) {
  switch (error) {
    case "gave-up":
      return t("commits.failure.gave-up");
    case "not-found-by-a-person":
      return t("commits.failure.not-found");
    case "photo-unreadable":
    case "rendering-failed":
      return t("commits.failure.unreadable");
    case "patient-changed":
      return t("commits.failure.patient-changed");
    case "record-changed":
      return t("commits.failure.record-changed");
    case "too-large":
      return t("commits.failure.too-large");
    case "patient-not-found":
      return t("commits.failure.patient");
    case "patient-mismatch":
      return t("commits.failure.another-patient");
    case "sign-in-refused":
    case "not-allowed":
    case "no-such-address":
      return t("commits.failure.connection");
    default:
      return t("commits.failure.refused");
  }
}

/** @param {readonly string[]} warnings @returns {string} what the record was not told, "" for nothing */
export function warningWords(warnings) {
  const words = [
    ...(warnings.includes("author-left-out") ? [t("commits.warning.author")] : []),
    ...(warnings.includes("encounter-left-out") ? [t("commits.warning.encounter")] : []),
    ...(warnings.includes("patient-changed") ? [t("commits.warning.patient-changed")] : []),
  ];
  return words.join(" ");
}
