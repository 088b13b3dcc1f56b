/** What the server found wrong with the fields of a form, shown at each of them. */
import { byId, showFieldError } from "./dom.js";
import { faultMessage } from "./faults.js";
import { HttpProblem } from "./http.js";

/**
 * Shows the server's validation errors at the fields of a form, and focuses the first of them.
 * @param {unknown} error
 * @param {Record<string, string>} places the form's field for each of the call's
 * @returns {boolean} whether there were any
 */
export function showFieldErrors(error, places) {
  const faults = error instanceof HttpProblem ? error.errors : [];
  let told = false;
  for (const fault of faults) {
    // "roles.0" belongs to the field "roles".
    const place = places[fault.field.split(".")[0] ?? ""];
    if (!place) continue;
    showFieldError(place, faultMessage(fault));
    // A field may be a group of checkboxes.
    const input = byId(place).querySelector("input:enabled");
    if (!told) (input instanceof HTMLElement ? input : byId(place)).focus();
    told = true;
  }
  return told;
}
