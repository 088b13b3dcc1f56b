/** What stands in the way of a visit's time, in words. */
import { HttpProblem } from "../shell/http.js";
import { getVisit } from "./api.js";
import { formatDay, formatTime, partyName } from "./labels.js";
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
  return { text: `${allowable ? "The patient" : "The clinician"} already has a visit at this time${await details(error.visitId)}.`, allowable };
}

/**
 * @param {string | null} visitId null if it is another facility's
 * @returns {Promise<string>}
 */
async function details(visitId) {
  try {
    if (!visitId) return "";
    const visit = await getVisit(visitId);
    const when = `${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}, ${visit.durationMinutes} minutes`;
    return `: ${partyName(visit, "patient")} with ${partyName(visit, "practitioner")} (${when})`;
  } catch {
    // Without its details it stands in the way all the same.
    return "";
  }
}
