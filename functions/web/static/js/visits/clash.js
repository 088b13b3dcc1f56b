/** What stands in the way of a visit's time, in words. */
import { HttpProblem } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { getVisit } from "./api.js";
import { formatDayAndLength, partyName } from "./labels.js";
import { serverNow } from "./server-clock.js";

/**
 * Who has another visit at the wanted time, and which.
 * @param {unknown} error of booking or rescheduling
 * @returns {Promise<{text: string, allowable: boolean} | null>} null if it is no clash; `allowable`: it is the patient's,
 *   and may be allowed
 */
export async function clashOf(error) {
  if (!(error instanceof HttpProblem) || (error.slug !== "clash" && error.slug !== "patient-clash")) return null;
  const allowable = error.slug === "patient-clash";
  const details = await detailsOf(error.visitId);
  const text = allowable ? t("visits.clash.patient", { details }) : t("visits.clash.clinician", { details });
  return { text, allowable };
}

/**
 * @param {string | null} visitId null if it is another facility's
 * @returns {Promise<string>}
 */
async function detailsOf(visitId) {
  try {
    if (!visitId) return "";
    const visit = await getVisit(visitId);
    const when = formatDayAndLength(visit, serverNow());
    return `: ${t("visits.with", { patient: partyName(visit, "patient"), practitioner: partyName(visit, "practitioner") })} (${when})`;
  } catch {
    // Without its details it stands in the way all the same.
    return "";
  }
}
