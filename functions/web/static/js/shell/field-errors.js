/** What the server found wrong with the fields of a form, shown at each of them. */
import { byId, showFieldError } from "./dom.js";
import { HttpProblem } from "./http.js";
import { t } from "./messages.js";

/** @typedef {import("./faults.js").FaultLike} Fault */

/**
 * Shows the server's validation errors at the fields of a form, and focuses the first of them.
 * @param {unknown} error
 * @param {Record<string, string>} places the form's field for each of the call's
 * @returns {boolean} whether there are any; their words are loaded then, because most forms are filled in rightly
 */
export function showFieldErrors(error, places) {
  const faults = error instanceof HttpProblem ? error.errors : [];
  /** @type {[string, Fault][]} */
  const found = faults.flatMap((fault) => {
    // "roles.0" belongs to the field "roles".
    const place = places[fault.field.split(".")[0] ?? ""];
    return place ? [[place, fault]] : [];
  });
  if (found.length) void show(found);
  return found.length > 0;
}

/** @param {[string, Fault][]} found */
async function show(found) {
  const told = await Promise.all(found.map(([, fault]) => faultWords(fault)));
  found.forEach(([place], number) => showFieldError(place, told[number] ?? ""));
  // A field may be a group of checkboxes.
  const first = byId(found[0]?.[0] ?? "");
  const input = first.querySelector("input:enabled");
  (input instanceof HTMLElement ? input : first).focus();
}

/** @param {Fault} fault @returns {Promise<string>} what is wrong; no more than that, without a connection */
export async function faultWords(fault) {
  try {
    return (await import("./faults.js")).faultMessage(fault);
  } catch {
    return t("shell.fault");
  }
}
