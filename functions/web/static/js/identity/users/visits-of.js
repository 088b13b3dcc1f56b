/** The visits that are booked with a person, for whoever deactivates them. */
import { apiCall, apiGet } from "../../shell/api.js";

// As many as a year of a full diary has.
const PAGES = 40;

/** @typedef {import("openapi").VisitDocument} Visit */

/**
 * @param {string} userId
 * @returns {Promise<Visit[]>} those to come, the latest first
 */
export async function comingVisits(userId) {
  /** @type {Visit[]} */
  const found = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page++) {
    const answer = await apiGet(`/visits?${new URLSearchParams({ view: "all", ...(cursor && { cursor }) })}`);
    const now = Date.parse(answer.serverTime);
    const coming = answer.visits.filter((/** @type {Visit} */ { startsAt }) => Date.parse(startsAt) > now);
    found.push(...coming.filter((/** @type {Visit} */ visit) => visit.state === "scheduled" && [visit.practitionerId, visit.patientId].includes(userId)));
    cursor = answer.cursor ?? "";
    if (!cursor || coming.length < answer.visits.length) break;
  }
  return found;
}

/**
 * @param {Visit[]} visits
 * @param {string} reason
 */
export async function cancelVisits(visits, reason) {
  for (const { visitId } of visits) await apiCall("POST", `/visits/${encodeURIComponent(visitId)}/cancel`, { reason });
}
