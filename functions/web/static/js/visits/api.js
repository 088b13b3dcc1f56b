/** The API calls about visits. */
import { apiGet, apiCall } from "../shell/api.js";
import { call, exchange } from "../shell/http.js";
import { withAccessToken } from "../shell/tokens.js";
import { serverNow } from "./server-clock.js";

/**
 * @typedef {"patient" | "practitioner"} Party
 * @typedef {"scheduled" | "waiting" | "inProgress" | "interrupted" | "completed" | "noShow" | "timedOut" | "cancelled"
 *   | "failed"} State
 * @typedef {"completed" | "connectionLost" | "timeLimit" | "noShow" | "cancelled" | "failed"} Outcome
 * @typedef {{visitId: string, facilityId: string, patientId: string, practitionerId: string,
 *   patientName: string | null, practitionerName: string | null, startsAt: string, durationMinutes: number,
 *   state: State, present: Party[], waitingSince: string | null, noShowAt: string | null, startedAt: string | null,
 *   warningAt: string | null, limitAt: string | null, returnBy: string | null, endedAt: string | null,
 *   outcome: Outcome | null, serverTime: string}} Visit times ISO 8601
 * @typedef {{visits: Visit[], cursor: string | null, serverTime: string}} VisitPage
 * @typedef {{patientId: string, practitionerId: string, startsAt: string, durationMinutes: number}} Booking
 * @typedef {{visit: Visit, room: {roomId: string, url: string, role: string}, tokenUrl: string}} Joined
 * @typedef {{doctorName: string | null, patientName: string | null, startedAt: string | null, endedAt: string | null,
 *   durationSeconds: number | null, recorded: boolean | null, recordingState: string | null,
 *   outcome: Outcome | null}} Summary `recorded` null: unknown; `recordingState` null: there is no recording to ask for
 * @typedef {{state: string, downloadUrl?: string, durationSeconds?: number}} Part of a recording that was stopped and
 *   started again
 * @typedef {Part & {failure?: string, parts?: Part[]}} Recording
 * @typedef {{chiefComplaint: string, observations: string, assessment: string, plan: string}} Notes
 */

/** @param {string[]} parts */
function path(...parts) {
  return ["/visits", ...parts.map(encodeURIComponent)].join("/");
}

/**
 * Returns one page of a list. Without retries: the live channel fetches again anyway.
 * @param {"today" | "all"} view
 * @param {string | null} cursor
 * @returns {Promise<VisitPage>}
 */
export function listVisits(view, cursor) {
  const query = new URLSearchParams({ view, ...(view === "today" ? today() : {}), ...(cursor ? { cursor } : {}) });
  return apiCall("GET", `/visits?${query}`);
}

/** Today in the browser's time zone, from midnight to midnight; not always 24 hours. */
function today() {
  const midnight = new Date(serverNow());
  midnight.setHours(0, 0, 0, 0);
  const dayStart = midnight.toISOString();
  midnight.setHours(24);
  return { dayStart, dayEnd: midnight.toISOString() };
}

/**
 * Returns a visit. Without retries, as for the list.
 * @param {string} visitId
 * @returns {Promise<Visit>}
 */
export function getVisit(visitId) {
  return apiCall("GET", path(visitId));
}

/** @returns {Promise<import("../shell/live/channel.js").Live>} credentials for the live channel; without retries */
export function createLiveTicket() {
  return apiCall("POST", "/visits/live-ticket", {});
}

/**
 * @param {Booking} booking
 * @param {string} key the same for each try of one booking
 * @returns {Promise<Visit>}
 */
export function bookVisit(booking, key) {
  return apiCall("POST", "/visits", booking, { "idempotency-key": key });
}

/**
 * Returns the room's URL, which works once and for a minute.
 * @param {string} visitId
 * @returns {Promise<{visit: Visit, src: string}>} `src`: the URL to embed
 */
export async function joinVisit(visitId) {
  /** @type {Joined} */
  const { visit, room, tokenUrl } = await apiCall("POST", path(visitId, "join"), {});
  const { rtcToken } = await withAccessToken((token) => call("GET", tokenUrl, { token }));
  return { visit, src: room.url.replaceAll("{token}", encodeURIComponent(rtcToken)) };
}

/**
 * @param {string} visitId
 * @returns {Promise<Visit>}
 */
export function endVisit(visitId) {
  return apiCall("POST", path(visitId, "end"), {});
}

/**
 * @param {string} visitId
 * @returns {Promise<Visit>}
 */
export function cancelVisit(visitId) {
  return apiCall("POST", path(visitId, "cancel"), {});
}

/**
 * @param {string} visitId
 * @returns {Promise<Summary>}
 */
export function getSummary(visitId) {
  return apiGet(path(visitId, "summary"));
}

/**
 * @param {string} visitId
 * @returns {Promise<Recording>}
 */
export function getRecording(visitId) {
  return apiCall("GET", path(visitId, "recording"));
}

/**
 * @param {string} visitId
 * @param {"start" | "stop"} step
 * @returns {Promise<Recording>}
 */
export function controlRecording(visitId, step) {
  return apiCall("POST", path(visitId, "recording", step), {});
}

/**
 * @param {string} visitId
 * @returns {Promise<{texts: Notes, etag: string}>}
 */
export async function getNotes(visitId) {
  const { body, etag } = await withAccessToken((token) => exchange("GET", path(visitId, "notes"), { token }));
  return { texts: body, etag };
}

/**
 * @param {string} visitId
 * @param {Notes} texts
 * @param {string} etag the version to replace
 * @returns {Promise<string>} the new version
 */
export async function saveNotes(visitId, texts, etag) {
  const headers = { "if-match": etag };
  return (await withAccessToken((token) => exchange("PUT", path(visitId, "notes"), { token, body: texts, headers }))).etag;
}

/** @returns {string} the visit in the page's URL, "" without one */
export function visitIdInUrl() {
  return new URLSearchParams(location.hash.slice(1)).get("v") ?? "";
}
