/** The ids that an encounter's photos belong to. Pure. */

/** @typedef {import("./api.js").Encounter} Encounter */

const ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;

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
