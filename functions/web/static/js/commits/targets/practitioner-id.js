/** How records name practitioners. Pure. */

/**
 * @param {string} typed "prac-1", "Practitioner/prac-1" or "https://record.example/fhir/Practitioner/prac-1"
 * @returns {string} "prac-1"; "" if it is none
 */
export function practitionerIdOf(typed) {
  const id = typed.replace(/^(?:https:\/\/\S+\/)?Practitioner\//, "");
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? id : "";
}
