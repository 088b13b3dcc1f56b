/** Three-way merge of two versions of the same notes. Pure. */
import { t } from "../../shell/messages.js";

/** @typedef {import("../api.js").Notes} Notes */
/** @typedef {"mine" | "theirs" | "both"} Choice */

/** @type {readonly {name: keyof Notes, display: string}[]} */
export const FIELDS = Object.freeze([
  { name: "chiefComplaint", display: t("visits.notes.complaint") },
  { name: "observations", display: t("visits.notes.observations") },
  { name: "assessment", display: t("visits.notes.assessment") },
  { name: "plan", display: t("visits.notes.plan") },
]);

/** Characters that the server accepts per field. */
export const MAX_LENGTH = 10_000;

/** @type {Readonly<Notes>} */
export const EMPTY_NOTES = Object.freeze({ chiefComplaint: "", observations: "", assessment: "", plan: "" });

/**
 * @param {Notes} one
 * @param {Notes} two
 */
export function equalNotes(one, two) {
  return FIELDS.every(({ name }) => one[name] === two[name]);
}

/**
 * Returns the fields that both sides changed differently, so that somebody has to choose.
 * @param {Notes} base the common ancestor
 * @param {Notes} mine
 * @param {Notes} theirs
 */
export function conflictingFields(base, mine, theirs) {
  return FIELDS.filter(({ name }) => mine[name] !== base[name] && theirs[name] !== base[name] && mine[name] !== theirs[name]);
}

/**
 * @param {Notes} base the common ancestor
 * @param {Notes} mine
 * @param {Notes} theirs
 * @param {Choice} choice decides fields that both sides changed; a field that one side changed is taken from that side
 * @returns {Notes}
 */
export function mergeNotes(base, mine, theirs, choice) {
  const notes = { ...EMPTY_NOTES };
  const conflicts = conflictingFields(base, mine, theirs).map(({ name }) => name);
  for (const { name } of FIELDS) {
    if (!conflicts.includes(name)) notes[name] = mine[name] === base[name] ? theirs[name] : mine[name];
    else if (choice === "both") notes[name] = [theirs[name], mine[name]].filter(Boolean).join("\n\n");
    else notes[name] = choice === "mine" ? mine[name] : theirs[name];
  }
  return notes;
}
