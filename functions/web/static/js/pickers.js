/** Fields of a domain in which pages of other domains let people choose, such as a patient. */
export { patientPath, patientPicker } from "./patients/picker.js";
