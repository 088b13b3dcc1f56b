/** The API calls that bring a photo to the server, with deadlines and retries. */

import { callWithRetry } from "../../shell/http.js";
import { NOTES_MAX } from "../metadata.js";

/**
 * `metadata`, `takenAt`, by the server's clock, and `addedAt`, which orders photos taken at once, are what is reported
 * of a photo. `begun`: the server may know it. `s3Key`: its key in storage; `stored`: known to be of this session.
 * @typedef {import("openapi").UploadGrantDocument} Slot
 * @typedef {{encounterId: string, uploadToken: string | null}} Session
 * @typedef {{id: string, sha256: string, size: number, blob: Blob | null, metadata: import("../metadata.js").Metadata,
 *   takenAt: number, addedAt: number, begun: boolean, stored: boolean, s3Key: string | null, progress: number}} Photo
 */

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
 * @param {Session} session
 * @param {string} imageId
 * @returns {Promise<import("openapi").DeletedImageDocument>}
 */
export function remove(session, imageId) {
  const path = `/session/images/${encodeURIComponent(session.encounterId)}/${encodeURIComponent(imageId)}`;
  return callWithRetry("DELETE", path, { token: session.uploadToken });
}

/** What is said about a photo. @param {Photo} photo */
function toReport({ metadata, takenAt, addedAt }) {
  return { metadata: toWire(metadata), takenAt, takenOrder: addedAt };
}

/**
 * The metadata to send; null clears an earlier value. The server cleans the notes; only lone surrogates, such as an emoji
 * cut in half, would make it refuse them.
 * @param {import("../metadata.js").Metadata} metadata
 */
export function toWire({ laterality, bodySite, notes }) {
  const text = (notes ?? "").slice(0, NOTES_MAX).replace(/\p{Surrogate}/gu, "").trim();
  return { laterality: laterality ?? null, bodySite: bodySite ?? null, notes: text || null };
}
