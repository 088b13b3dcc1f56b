/** Messages about failed calls, with advice on when to retry. */
import { byId, showFieldError } from "./dom.js";
import { HttpProblem, NetworkFailure } from "./http.js";
import { StorageFailure } from "./storage.js";

/**
 * @param {unknown} error
 * @param {{forbidden?: string, missing?: string, exists?: string, tooMany?: string}} [words] for this very call
 * @returns {string}
 */
export function errorMessage(error, words = {}) {
  if (error instanceof StorageFailure) return error.message;
  if (!(error instanceof HttpProblem)) {
    if (!(error instanceof NetworkFailure)) return "Something went wrong in this page. Load it again, then try once more.";
    return navigator.onLine
      ? "The server could not be reached. Check the network connection, then try again."
      : "You are offline. Connect to a network, then try again.";
  }
  switch (error.status) {
    case 403:
      return words.forbidden ?? "You are not allowed to do this.";
    case 404:
      return words.missing ?? "This does not exist any more.";
    case 409:
      if (error.slug === "duplicate-submission") {
        return "You sent exactly this less than five minutes ago. Load the list again to see what came of it.";
      }
      return words.exists ?? "This was changed meanwhile. Load the page again.";
    case 422:
      return error.errors[0]?.message ?? error.message;
    case 429:
      return `${words.tooMany ?? "Too many attempts in a short time."} ${retryAdvice(error.retryAfterMs)}`;
    default: {
      const reference = error.requestId ? ` Reference for support: ${error.requestId}` : "";
      return `The server has a problem at the moment. Try again in a little while.${reference}`;
    }
  }
}

/**
 * Shows the server's validation errors at the fields of a form, and focuses the first of them.
 * @param {unknown} error
 * @param {Record<string, string>} places the form's field for each of the call's
 * @returns {boolean} whether there were any
 */
export function showFieldErrors(error, places) {
  const faults = error instanceof HttpProblem ? error.errors : [];
  let told = false;
  for (const { field, message } of faults) {
    // "roles.0" belongs to the field "roles".
    const place = places[field.split(".")[0] ?? ""];
    if (!place) continue;
    showFieldError(place, message);
    // A field may be a group of checkboxes.
    const input = byId(place).querySelector("input:enabled");
    if (!told) (input instanceof HTMLElement ? input : byId(place)).focus();
    told = true;
  }
  return told;
}

/**
 * @param {number | null} ms
 * @returns {string} "Try again in 40 seconds." or "Try again at 14:35."
 */
export function retryAdvice(ms) {
  if (!ms) return "Wait a minute, then try again.";
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 90) return `Try again in ${seconds} second${seconds === 1 ? "" : "s"}.`;
  const at = new Date(Date.now() + ms);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const day = at.toDateString() === new Date().toDateString() ? "" : `${at.toLocaleDateString([], { weekday: "long" })} `;
  return `Try again at ${day}${time}.`;
}
