/** The calls about encounters. */
import { apiGet } from "../shell/api.js";

/** @typedef {import("openapi").EncounterDocument} Encounter */
/** @typedef {import("openapi").EventDocument} TimelineEvent */

/**
 * @param {string} patientId "" for the whole facility
 * @param {string | null} cursor
 * @returns {Promise<import("openapi").EncounterListDocument>} newest first
 */
export function listEncounters(patientId, cursor) {
  const query = new URLSearchParams();
  if (patientId) query.set("patientId", patientId);
  if (cursor) query.set("cursor", cursor);
  return apiGet(query.size ? `/encounters?${query}` : "/encounters");
}

/**
 * @param {string} encounterId
 * @returns {Promise<{encounter: Encounter, timeline: TimelineEvent[]}>} with the whole timeline
 */
export async function getEncounter(encounterId) {
  const path = `/encounters/${encodeURIComponent(encounterId)}`;
  /** @type {TimelineEvent[]} */
  const timeline = [];
  let cursor = "";
  for (;;) {
    const part = await apiGet(cursor ? `${path}?cursor=${cursor}` : path);
    timeline.push(...part.timeline);
    if (!part.cursor) return { encounter: part.encounter, timeline };
    cursor = part.cursor;
  }
}
