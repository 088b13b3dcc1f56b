/** What other domains let people choose from: like ./app.js and ./pages.js, it knows several domains. */
export { patientPath, patientPicker } from "./patients/picker.js";
