/** The list of patients that were found, and how the keyboard moves in it. */
import { byId, make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { aboutPatient, patientPath } from "../labels.js";

/**
 * @typedef {import("../api.js").Patient} Patient
 * @typedef {import("../api.js").IdentifierKind} IdentifierKind
 */

/**
 * @param {Patient[]} patients
 * @param {IdentifierKind} kind
 */
export function drawResults(patients, kind) {
  const now = new Date();
  byId("list").replaceChildren(...patients.map((patient) => make("li", "", row(patient, kind, now))));
}

/**
 * @param {Patient} patient
 * @param {IdentifierKind} kind
 * @param {Date} now
 */
function row(patient, kind, now) {
  const about = aboutPatient(patient, kind, now);
  const link = make("a", "patient-row", make("strong", "", patient.name), make("span", "muted", about || t("patients.nothing-known")));
  link.href = patientPath(patient.patientId);
  return link;
}

/** @returns {HTMLAnchorElement[]} */
export function resultLinks() {
  return [...byId("list").querySelectorAll("a")];
}

/** Arrow keys move from the search to the results and back, Enter in the search opens the first. */
export function moveByKeys() {
  const find = byId("find", HTMLInputElement);
  find.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && resultLinks().length) {
      event.preventDefault();
      resultLinks()[0]?.focus();
    }
  });
  byId("list").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const links = resultLinks();
    const place = links.findIndex((link) => link === document.activeElement) + step;
    (links[Math.min(place, links.length - 1)] ?? find).focus();
  });
}
