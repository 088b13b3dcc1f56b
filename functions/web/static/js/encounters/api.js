/** The calls about encounters. */
import { apiGet } from "../shell/api.js";
import { latestPath } from "./paths.js";

/** @typedef {import("openapi").EncounterDocument} Encounter */
/** @typedef {import("openapi").EventDocument} TimelineEvent */

/**
 * @param {string | null} cursor
 * @returns {Promise<import("openapi").EncounterListDocument>} the facility’s latest, newest first
 */
export function listLatest(cursor) {
  return apiGet(latestPath(cursor));
}

/**
 * @param {string} patientId
 * @param {string | null} cursor
 * @returns {Promise<import("openapi").EncounterListDocument>} newest first, with those ahead
 */
export function listEncounters(patientId, cursor) {
  return apiGet(`/encounters?${new URLSearchParams({ patientId, ...(cursor && { cursor }) })}`);
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
