/** Messages about failed calls, with advice on when to retry. */
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
      // The server's own remarks are in English; forms say more: see field-errors.js.
      return (locale.startsWith("en") && (error.errors[0]?.message ?? error.message)) || t("shell.fault");
    case 429:
      return `${words.tooMany ?? t("shell.error.too-many")} ${retryAdvice(error.retryAfterMs)}`;
    default:
      return error.requestId ? t("shell.error.server-with-reference", { reference: error.requestId }) : t("shell.error.server");
  }
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
  const time = at.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return t("shell.retry.at-time", { time });
  return t("shell.retry.on-day", { day: at.toLocaleDateString(locale, { weekday: "long" }), time });
}
