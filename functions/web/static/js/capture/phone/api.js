/** The API calls of the phone's page, with deadlines and retries. */

import { call, callWithRetry } from "../../shell/http.js";
import { toWire } from "./photo.js";

/**
 * @typedef {import("openapi").UploadGrantDocument} Slot
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./photo.js").Photo} Photo
 */

/**
 * @param {string} token
 * @param {string} phoneId
 * @returns {Promise<import("openapi").ExchangedTokenDocument | import("openapi").AskingPhoneDocument>} the session, or only
 *   the phone if somebody has to let it in first
 */
export function validate(token, phoneId) {
  return callWithRetry("GET", `/session/token/${encodeURIComponent(token)}?phoneId=${encodeURIComponent(phoneId)}`);
}

/**
 * Reserves a place in the session, with an upload URL; idempotent per photo. The metadata goes along in case the phone
 * goes silent after the upload.
 * @param {Session} session
 * @param {Photo} photo
 * @param {AbortSignal} signal
 * @returns {Promise<Slot>}
 */
export function reserve(session, photo, signal) {
  const body = {
    encounterId: session.encounterId,
    imageId: photo.id,
    contentType: "image/jpeg",
    contentLength: photo.size,
    sha256: photo.sha256,
    ...toReport(photo),
  };
  return callWithRetry("POST", "/session/presigned-url", { token: session.uploadToken, body, signal });
}

/**
 * Sends a preview for the desktop to show meanwhile. Without retries: the photo follows anyway.
 * @param {Session} session
 * @param {{id: string, takenAt: number, addedAt: number}} photo
 * @param {Blob} preview
 */
export async function sendPreview({ encounterId, uploadToken }, { id, takenAt, addedAt }, preview) {
  const bytes = new Uint8Array(await preview.arrayBuffer());
  const body = { encounterId, imageId: id, preview: btoa(String.fromCharCode(...bytes)), takenAt, takenOrder: addedAt };
  await call("POST", "/session/preview", { token: uploadToken, body });
}

/**
 * @param {Session} session
 * @param {string} s3Key
 * @param {Photo} photo
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("openapi").IngestedImageDocument>}
 */
export function notify(session, s3Key, photo, signal) {
  const body = { encounterId: session.encounterId, s3Key, ...toReport(photo) };
  return callWithRetry("POST", "/session/images", { token: session.uploadToken, body, signal });
}

/**
 * Reports how many photos wait on this phone. Without retries: it is asked again anyway.
 * @param {Session} session
 * @param {string} phoneId
 * @param {number} unsent
 * @returns {Promise<import("openapi").SessionStatusDocument>}
 */
export function report({ encounterId, uploadToken }, phoneId, unsent) {
  return call("POST", "/session/status", { token: uploadToken, body: { encounterId, phoneId, unsent } });
}

/**
 * @param {Session} session
 * @param {import("../consent.js").Choice} choice
 * @returns {Promise<import("../consent.js").Consent>}
 */
export function recordConsent({ encounterId, uploadToken }, choice) {
  return callWithRetry("PUT", `/session/consent/${encodeURIComponent(encounterId)}`, { token: uploadToken, body: choice });
}

/** What the phone says about a photo. @param {Photo} photo */
function toReport({ metadata, takenAt, addedAt }) {
  return { metadata: toWire(metadata), takenAt, takenOrder: addedAt };
}

/**
 * @param {Session} session
 * @param {string} imageId
 * @returns {Promise<import("openapi").DeletedImageDocument>}
 */
export function remove(session, imageId) {
  const path = `/session/images/${encodeURIComponent(session.encounterId)}/${encodeURIComponent(imageId)}`;
  return callWithRetry("DELETE", path, { token: session.uploadToken });
}
