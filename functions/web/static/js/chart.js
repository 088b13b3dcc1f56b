/** What domains add to a patient's chart: with ./app.js and ./pages.js, the only modules that know several domains. */
export { drawEncounters } from "./encounters/section.js";
