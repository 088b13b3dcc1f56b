/** The ids that an encounter's photos belong to. Pure. */

/** @typedef {import("./api.js").Encounter} Encounter */

const ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;

/** The directory's own ids; those of record systems look otherwise, and their links bring the name. */
export const OWN_ID = /^[a-z2-7]{26}$/;

/** Encounters that a page of the directory begins. */
export const OWN_ENCOUNTER = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const IDS = /** @type {const} */ (["encounterId", "patientId", "facilityId"]);

/**
 * @param {string | undefined} text
 * @returns {text is string} whether it can be an id
 */
export function isId(text) {
  return ID_PATTERN.test(text ?? "");
}

/**
 * @param {Partial<Encounter>} encounter
 * @returns {encounter is Encounter} whether it is complete enough to start
 */
export function isComplete(encounter) {
  return IDS.every((name) => isId(encounter[name]));
}
