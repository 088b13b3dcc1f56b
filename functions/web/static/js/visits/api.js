/** The API calls about visits. */
import { apiGet, apiCall } from "../shell/api.js";
import { call } from "../shell/http.js";
import { getAll } from "../shell/lists.js";
import { withAccessToken } from "../shell/tokens.js";
import { serverNow } from "./server-clock.js";

/**
 * @typedef {import("openapi").VisitDocument} Visit times ISO 8601
 * @typedef {Visit["present"][number]} Party
 * @typedef {NonNullable<Visit["outcome"]>} Outcome
 * @typedef {NonNullable<import("openapi").AudioOnlyRequest["reason"]>} AudioOnlyReason
 * @typedef {import("openapi").VisitListDocument} VisitPage
 * @typedef {import("openapi").AvailabilityDocument} Availability
 * @typedef {import("openapi").BookRequest} Booking
 * @typedef {import("openapi").PractitionerDocument} Practitioner
 * @typedef {import("openapi").JoinedDocument} Joined
 * @typedef {import("openapi").SummaryDocument} SummaryDocument
 * @typedef {{[Field in keyof SummaryDocument]: SummaryDocument[Field] | null}} Summary `recorded` null: unknown;
 *   `recordingState` null: there is no recording to ask for
 * @typedef {import("openapi").RecordingPartDocument} Part of a recording that was stopped and started again
 * @typedef {import("openapi").RecordingStateDocument & Partial<import("openapi").RecordingDocument>} Recording
 * @typedef {import("openapi").NotesRequest} Notes
 * @typedef {import("openapi").NotesDocument} NotesDocument
 * @typedef {{texts: Notes, etag: string, about: NotesDocument}} SavedNotes `about`: who signed them, addenda, releases
 */

/** @param {string[]} parts @returns {string} the path of a call about a visit */
export function visitPath(...parts) {
  return ["/visits", ...parts.map(encodeURIComponent)].join("/");
}

/**
 * Returns one page of a list. Without retries: the live channel fetches again anyway.
 * @param {"today" | "all" | "mine"} view
 * @param {string | null} cursor
 * @param {{dayStart: string, dayEnd: string}} [period] of "today": another day, or several (ISO 8601)
 * @returns {Promise<VisitPage>}
 */
export function listVisits(view, cursor, period = today()) {
  const query = new URLSearchParams({ view, ...(view === "today" ? period : {}), ...(cursor ? { cursor } : {}) });
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
  return apiCall("GET", visitPath(visitId));
}

/** @returns {Promise<Practitioner[]>} the practitioners with whom the facility's visits can be booked */
export function listPractitioners() {
  return getAll("/visits/practitioners", "practitioners");
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
 * @param {Visit} visit as its page shows it
 * @param {import("openapi").RescheduleRequest} change
 * @returns {Promise<Visit>}
 */
export function rescheduleVisit({ visitId, sequence }, change) {
  return apiCall("POST", visitPath(visitId, "reschedule"), change, { "if-match": `"${sequence}"` });
}

/**
 * Returns the room's URL, which works once and for a minute.
 * @param {string} visitId
 * @returns {Promise<{visit: Visit, src: string}>} `src`: the URL to embed
 */
export async function joinVisit(visitId) {
  /** @type {Joined} */
  const { visit, room, tokenUrl } = await apiCall("POST", visitPath(visitId, "join"), {});
  const { rtcToken } = await withAccessToken((token) => call("GET", tokenUrl, { token }));
  return { visit, src: room.url.replaceAll("{token}", encodeURIComponent(rtcToken)) };
}

/**
 * @param {string} visitId
 * @param {AudioOnlyReason | null} reason why there is no picture of the caller; null: there is one again
 * @returns {Promise<Visit>}
 */
export function tellAudioOnly(visitId, reason) {
  return apiCall("POST", visitPath(visitId, "audio-only"), { reason });
}

/**
 * @param {string} visitId
 * @returns {Promise<Visit>}
 */
export function endVisit(visitId) {
  return apiCall("POST", visitPath(visitId, "end"), {});
}

/**
 * @param {string} visitId
 * @returns {Promise<Visit>}
 */
export function cancelVisit(visitId) {
  return apiCall("POST", visitPath(visitId, "cancel"), {});
}

/**
 * @param {string} visitId
 * @returns {Promise<Summary>}
 */
export function getSummary(visitId) {
  return apiGet(visitPath(visitId, "summary"));
}

/**
 * @param {string} visitId
 * @returns {Promise<Recording>}
 */
export function getRecording(visitId) {
  return apiCall("GET", visitPath(visitId, "recording"));
}

/**
 * The patient's answer to whether their visit may be recorded; it can be withdrawn while the recording runs.
 * @param {string} visitId
 * @param {boolean} given
 * @returns {Promise<Visit>}
 */
export function answerConsent(visitId, given) {
  return apiCall("POST", visitPath(visitId, "recording", "consent"), { given });
}

/**
 * @param {string} visitId
 * @param {"start" | "stop"} step
 * @returns {Promise<Recording | import("openapi").RecordingStartDocument>}
 */
export function controlRecording(visitId, step) {
  return apiCall("POST", visitPath(visitId, "recording", step), {});
}

/** @returns {string} the visit in the page's URL, "" without one */
export function visitIdInUrl() {
  return new URLSearchParams(location.hash.slice(1)).get("v") ?? "";
}

/**
 * @param {string} practitionerId
 * @returns {Promise<Availability>} when patients can book them; clinicians and administrators of their facility may see it
 */
export function getAvailability(practitionerId) {
  return apiGet(`/practitioners/${encodeURIComponent(practitionerId)}/availability`);
}
