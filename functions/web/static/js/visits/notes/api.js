/** The API calls about notes, and about a clinician's templates for them. */
import { apiGet } from "../../shell/api.js";
import { exchange } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";
import { visitPath } from "../api.js";

/**
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {import("../api.js").NotesDocument} NotesDocument
 * @typedef {import("../api.js").SavedNotes} SavedNotes
 */

/**
 * @param {string} visitId
 * @returns {Promise<SavedNotes>}
 */
export async function getNotes(visitId) {
  return savedNotes(await withAccessToken((token) => exchange("GET", visitPath(visitId, "notes"), { token })));
}

/**
 * @param {{body: NotesDocument, etag: string}} answer
 * @returns {SavedNotes}
 */
function savedNotes({ body, etag }) {
  const { chiefComplaint, observations, assessment, plan } = body;
  return { texts: { chiefComplaint, observations, assessment, plan }, etag, about: body };
}

/**
 * @param {string} visitId
 * @param {Notes} texts
 * @param {string} etag the version to replace
 * @returns {Promise<string>} the new version
 */
export async function saveNotes(visitId, texts, etag) {
  const headers = { "if-match": etag };
  return (await withAccessToken((token) => exchange("PUT", visitPath(visitId, "notes"), { token, body: texts, headers }))).etag;
}

/**
 * @param {string} visitId
 * @param {string} etag the version to sign
 * @returns {Promise<SavedNotes>}
 */
export function signNotes(visitId, etag) {
  return changeNotes(visitId, "sign", {}, etag);
}

/**
 * @param {string} visitId
 * @param {string} text
 * @param {string} etag
 * @returns {Promise<SavedNotes>}
 */
export function addAddendum(visitId, text, etag) {
  return changeNotes(visitId, "addenda", { text }, etag);
}

/**
 * Gives the patient a copy of signed notes with all their addenda.
 * @param {string} visitId
 * @param {string} etag
 * @returns {Promise<SavedNotes>}
 */
export function releaseNotes(visitId, etag) {
  return changeNotes(visitId, "release", {}, etag);
}

/**
 * @param {string} visitId
 * @param {"sign" | "addenda" | "release"} step
 * @param {object} body
 * @param {string} etag
 */
async function changeNotes(visitId, step, body, etag) {
  const headers = { "if-match": etag };
  return savedNotes(await withAccessToken((token) => exchange("POST", visitPath(visitId, "notes", step), { token, body, headers })));
}

/**
 * @param {string} visitId
 * @returns {Promise<import("openapi").NotesCopyDocument>} what the practitioner has released to the patient
 */
export function getNotesCopy(visitId) {
  return apiGet(visitPath(visitId, "notes", "copy"));
}

/**
 * @param {string} visitId
 * @returns {Promise<import("openapi").NotesHistoryDocument>}
 */
export function getNotesHistory(visitId) {
  return apiGet(visitPath(visitId, "notes", "history"));
}

/** @typedef {import("openapi").TemplatesDocument & {etag: string}} SavedTemplates */

/** @returns {Promise<SavedTemplates>} the clinician's own */
export async function getTemplates() {
  const { body, etag } = await withAccessToken((token) => exchange("GET", "/note-templates", { token }));
  return { ...body, etag };
}

/**
 * @param {SavedTemplates["templates"]} templates
 * @param {string} etag the version to replace
 * @returns {Promise<SavedTemplates>}
 */
export async function replaceTemplates(templates, etag) {
  const headers = { "if-match": etag };
  const { body, etag: next } = await withAccessToken((token) => exchange("PUT", "/note-templates", { token, body: { templates }, headers }));
  return { ...body, etag: next };
}
