/** Patients who may be the one that is being added, side by side with it. */
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { listPatients } from "../api.js";
import { SEXES, formatBirth, numberOf, patientPath } from "../labels.js";

/**
 * @typedef {import("../api.js").Facts} Facts
 * @typedef {import("../api.js").Patient} Patient
 * @typedef {import("../api.js").IdentifierKind} IdentifierKind
 */

/** More are not compared: then the name is too common to tell. */
const MOST = 3;

/**
 * @param {Facts} facts
 * @returns {Promise<Patient[]>} up to three patients of the same name, or born on the same day with a similar name
 */
export async function findAlike({ name, dateOfBirth }) {
  const words = name.split(" ");
  const searches = [listPatients(name)];
  const last = words.at(-1) ?? "";
  if (dateOfBirth) searches.push(listPatients(`${dateOfBirth} ${last.slice(0, 3)}`));
  const found = (await Promise.all(searches)).flatMap(({ patients }) => patients);
  // Another date of birth makes another person, if both are known.
  const alike = found.filter((other) => !dateOfBirth || !other.dateOfBirth || other.dateOfBirth === dateOfBirth);
  return [...new Map(alike.map((patient) => [patient.patientId, patient])).values()].slice(0, MOST);
}

/**
 * @param {Facts} facts
 * @param {Patient[]} others
 * @param {IdentifierKind} kind
 */
export function drawAlike(facts, others, kind) {
  const added = /** @type {Patient} */ ({ ...facts, patientId: "", dateOfBirth: facts.dateOfBirth ?? undefined, sex: facts.sex ?? undefined, phone: facts.phone ?? undefined });
  /** @type {[string, (patient: Patient) => string][]} */
  const rows = [
    [t("patients.name"), ({ name }) => name],
    [t("patients.born"), ({ dateOfBirth }) => (dateOfBirth ? formatBirth(dateOfBirth) : "")],
    [t("patients.sex"), ({ sex }) => (sex ? SEXES[sex] : "")],
    [kind.label, (patient) => numberOf(patient, kind)],
    [t("patients.phone"), ({ phone }) => phone ?? ""],
  ];
  const head = make("tr", "", make("td", ""), column(t("patients.alike.new")), ...others.map(({ patientId, name }) => {
    const link = make("a", "", t("patients.alike.here"));
    link.href = patientPath(patientId);
    link.setAttribute("aria-label", t("patients.alike.here-name", { name }));
    return column(link);
  }));
  const body = rows.map(([label, of]) => {
    const cells = [added, ...others].map((patient) => {
      const text = of(patient);
      return make("td", patient !== added && text && text === of(added) ? "same" : "", text || t("patients.not-recorded"));
    });
    const title = make("th", "", label);
    title.scope = "row";
    return make("tr", "", title, ...cells);
  });
  byId("alike-table").replaceChildren(make("thead", "", head), make("tbody", "", ...body));
  setText("alike-title", others.length > 1 ? t("patients.alike.several") : t("patients.alike.one"));
  byId("alike").hidden = false;
  byId("alike-title").focus();
}

export function hideAlike() {
  byId("alike").hidden = true;
}

/** @param {Node | string} content */
function column(content) {
  const made = make("th", "", content);
  made.scope = "col";
  return made;
}
