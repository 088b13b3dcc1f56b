/** What went wrong with a session, and what can be done about it. */
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { showDesktopScreen } from "./screens.js";

/**
 * @param {string} title
 * @param {unknown} error
 * @param {() => void} again
 * @param {(() => void) | null} change leads back to the form, if there is something to change
 */
export function showFailure(title, error, again, change) {
  const problem = error instanceof HttpProblem ? error : null;
  const forbidden = problem?.status === 403;
  setText("failed-title", title);
  setText("failed-text", problem ? advice(problem) : errorMessage(error));
  const reference = byId("failed-reference");
  reference.hidden = !problem?.requestId;
  reference.textContent = t("capture.failed.reference", { reference: problem?.requestId ?? "" });
  byId("failed-again").hidden = forbidden;
  byId("failed-again").onclick = again;
  const button = byId("failed-change");
  button.hidden = !change;
  button.classList.toggle("primary", forbidden);
  button.onclick = change;
  showDesktopScreen("failed");
}

/** @param {HttpProblem} problem */
function advice(problem) {
  if (problem.status === 403) return t("capture.failed.forbidden");
  if (problem.status === 429) return t("capture.failed.too-many");
  if (problem.status >= 500) return t("capture.failed.server");
  return t("capture.failed.check", { reason: errorMessage(problem) });
}
