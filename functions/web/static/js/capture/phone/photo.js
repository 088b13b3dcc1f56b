/**
 * One photo on this phone and its states: draft, then after "Send" waiting, sending, sent or failed. A deleted photo
 * whose upload may have begun is "removing" until the server knows.
 *
 * `takenAt`: when it was taken, by the server's clock. `addedAt`: when this phone had it ready; no two photos share one.
 * `s3Key`: its key in storage. `stored`: the key is known to belong to the current session.
 *
 * @typedef {"draft" | "waiting" | "sending" | "failed" | "sent" | "removing"} Phase
 * @typedef {import("./failure.js").Failure} Failure
 * @typedef {{
 *   id: string, sessionKey: string, phase: Phase, takenAt: number, addedAt: number,
 *   sha256: string, size: number, metadata: import("../metadata.js").Metadata,
 *   seen: boolean, begun: boolean, stored: boolean, s3Key: string | null,
 *   progress: number, failure: Failure | null, blob: Blob | null
 * }} Photo
 * @typedef {Omit<Photo, "blob" | "progress" | "failure">} PhotoRecord
 */

/**
 * @param {{id: string, sessionKey: string, blob: Blob, sha256: string, takenAt: number, now: number, begun: boolean}} made
 * @returns {Photo}
 */
export function createDraft({ id, sessionKey, blob, sha256, takenAt, now, begun }) {
  return {
    id,
    sessionKey,
    phase: "draft",
    takenAt,
    addedAt: now,
    sha256,
    size: blob.size,
    metadata: {},
    seen: false,
    begun,
    stored: false,
    s3Key: null,
    progress: 0,
    failure: null,
    blob,
  };
}

/** What survives a reload. @param {Photo} photo @returns {PhotoRecord} */
export function toRecord({ blob, progress, failure, ...record }) {
  return record;
}

/**
 * A photo after a reload: what was under way is waiting again.
 * @param {PhotoRecord} record
 * @param {Blob | null} blob
 * @returns {Photo}
 */
export function fromRecord(record, blob) {
  const phase = record.phase === "draft" || record.phase === "removing" ? record.phase : "waiting";
  return { ...record, phase, progress: record.stored ? 1 : 0, failure: null, blob };
}

/** Whether it still has to reach the server. @param {Photo} photo */
export function isUnsent(photo) {
  return photo.phase !== "sent" && photo.phase !== "removing";
}

/** Overall progress by bytes, from 0 to 1. @param {readonly Photo[]} photos */
export function totalProgress(photos) {
  const total = photos.reduce((sum, photo) => sum + photo.size, 0);
  if (total === 0) return 0;
  return photos.reduce((sum, photo) => sum + photo.size * progressOf(photo), 0) / total;
}

/** One photo's progress, from 0 to 1: the upload is 95 %, the server's response the rest. @param {Photo} photo */
export function progressOf(photo) {
  return photo.phase === "sent" ? 1 : photo.progress * 0.95;
}
