/** What other domains add to a patient's chart. */
export { drawEncounters } from "./encounters/section.js";
export { drawMedicines } from "./medications/section.js";
