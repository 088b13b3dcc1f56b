/** Messages about failed calls, with advice on when to retry. */
import { byId, showFieldError } from "./dom.js";
import { HttpProblem, NetworkFailure } from "./http.js";
import { locale, t } from "./messages.js";
import { StorageFailure } from "./storage.js";

/**
 * @param {unknown} error
 * @param {{forbidden?: string, missing?: string, exists?: string, tooMany?: string}} [words] for this very call
 * @returns {string}
 */
export function errorMessage(error, words = {}) {
  if (error instanceof StorageFailure) return error.message;
  if (!(error instanceof HttpProblem)) {
    if (!(error instanceof NetworkFailure)) return t("shell.error.page");
    return navigator.onLine
      ? t("shell.error.unreachable")
      : t("shell.error.offline");
  }
  switch (error.status) {
    case 403:
      return words.forbidden ?? t("shell.error.forbidden");
    case 404:
      return words.missing ?? t("shell.error.missing");
    case 409:
    case 412:
      if (error.slug === "duplicate-submission") {
        return t("shell.error.duplicate");
      }
      return words.exists ?? t("shell.error.changed");
    case 422:
      return error.errors[0]?.message ?? error.message;
    case 429:
      return `${words.tooMany ?? t("shell.error.too-many")} ${retryAdvice(error.retryAfterMs)}`;
    default:
      return error.requestId ? t("shell.error.server-with-reference", { reference: error.requestId }) : t("shell.error.server");
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
  if (!ms) return t("shell.retry.in-a-minute");
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 90) return t("shell.retry.in-seconds", { count: seconds });
  const at = new Date(Date.now() + ms);
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return t("shell.retry.at-time", { time });
  return t("shell.retry.on-day", { day: at.toLocaleDateString(locale, { weekday: "long" }), time });
}
