/** Uploads one photo: reserves a place, stores the bytes, notifies the server. Resumes where an earlier try stopped. */

import { HttpProblem, NetworkFailure, parseRetryAfter, retry } from "../../shell/http.js";
import * as api from "./api.js";
import { LinkSpeed } from "./link-speed.js";
import { STALL_MS, UPLOAD_DEADLINE_MS, URL_MARGIN_MS } from "./limits.js";

/** Storage, or something on the way to it, refused the upload. */
export class StorageProblem extends HttpProblem {}

/** The link that all uploads of this page share. */
export const link = new LinkSpeed();

/** The browser sets these itself and refuses to let a page do so. */
const OWN_HEADERS = new Set(["content-length", "host"]);

/**
 * @param {import("./api.js").Session} session
 * @param {import("./api.js").Photo} photo
 * @param {(change: Partial<import("./api.js").Photo>) => Promise<void>} update stores what changes on the way
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<{imageCount: number, sequence: number}>}
 */
export async function uploadPhoto(session, photo, update, onProgress, signal) {
  for (let again = false; ; again = true) {
    const known = photo.stored ? photo.s3Key : null;
    const s3Key = known ?? (await uploadBytes(session, photo, update, onProgress, signal));
    try {
      for (;;) {
        const { metadata } = photo;
        const answer = await api.notify(session, s3Key, photo, signal);
        if (photo.metadata === metadata) return answer; // or the details were changed meanwhile
      }
    } catch (error) {
      // Storage does not have it, or its key is an earlier session's: upload it again, but only once.
      const slug = error instanceof HttpProblem ? error.slug : "";
      if (again || !(slug === "not-uploaded" || (slug === "wrong-encounter" && known))) throw error;
      await update({ stored: false, s3Key: null, progress: 0 });
    }
  }
}

/** @type {(...args: Parameters<typeof uploadPhoto>) => Promise<string>} */
async function uploadBytes(session, photo, update, onProgress, signal) {
  const blob = photo.blob;
  if (!blob) throw new StorageProblem(400);
  // Stored before the call: from here on the server may know this photo, whatever happens to the phone.
  await update({ begun: true });
  let slot = await api.reserve(session, photo, signal);
  if (slot.s3Key === photo.s3Key) {
    await update({ stored: true, progress: 1 }); // under another code of the same session: the bytes are there
    return slot.s3Key;
  }
  let fresh = true;
  /** @type {unknown} */
  let spent = null;
  const renew = async () => {
    try {
      slot = await api.reserve(session, photo, signal);
    } catch (error) {
      spent = error; // already retried: keep the retry around the upload from doing so again
      throw null;
    }
  };
  const step = async () => {
    // A new URL is used whatever its expiry says: the clock here may be wrong.
    if (!fresh && slot.expiresAt - Date.now() < URL_MARGIN_MS) await renew();
    fresh = false;
    try {
      await put(slot, blob, onProgress, signal);
    } catch (error) {
      if (!(error instanceof StorageProblem) || error.status !== 403) throw error;
      await renew();
      onProgress(0);
      await put(slot, blob, onProgress, signal);
    }
  };
  try {
    await retry(step, { signal, onRetry: () => onProgress(0) });
  } catch (error) {
    throw spent ?? error;
  }
  await update({ stored: true, s3Key: slot.s3Key });
  return slot.s3Key;
}

/**
 * One upload to storage. XMLHttpRequest, because fetch reports no progress.
 * @param {import("./api.js").Slot} slot
 * @param {Blob} blob
 * @param {(share: number) => void} onProgress from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<void>} once storage has it, or already had it (412)
 * @throws {StorageProblem | NetworkFailure}
 */
function put(slot, blob, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout>} */
    let stall;
    const moved = () => {
      clearTimeout(stall);
      stall = setTimeout(() => end(new NetworkFailure("timeout")), STALL_MS);
    };
    link.begin(performance.now());
    const stop = () => end(new DOMException("Aborted", "AbortError"));
    const end = (/** @type {Error | null} */ error) => {
      clearTimeout(stall);
      signal.removeEventListener("abort", stop);
      request.onload = request.onerror = request.ontimeout = request.upload.onprogress = null;
      link.end(error || request.status === 412 ? 0 : blob.size, performance.now());
      request.abort();
      if (error) reject(error);
      else resolve();
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
    request.open("PUT", slot.uploadUrl);
    request.timeout = UPLOAD_DEADLINE_MS;
    for (const [name, value] of Object.entries(slot.headers)) {
      if (!OWN_HEADERS.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded, total }) => {
      moved();
      if (total > 0) onProgress(loaded / total);
    };
    request.onerror = () => end(new NetworkFailure("network"));
    request.ontimeout = () => end(new NetworkFailure("timeout"));
    request.onload = () => end(problem(request));
    moved();
    request.send(blob);
  });
}

/**
 * @param {XMLHttpRequest} request
 * @returns {Error | null}
 */
function problem(request) {
  const { status } = request;
  if ((status >= 200 && status < 300) || status === 412) return null;
  // S3 answers 400 RequestTimeout when the device fell asleep during the upload,
  if (status === 400 && request.responseText.includes("RequestTimeout")) return new NetworkFailure("timeout");
  // and 400 ExpiredToken when the credentials behind the URL expired before the URL did.
  if (status === 400 && request.responseText.includes("ExpiredToken")) return new StorageProblem(403);
  // 409: another request for the same object is running, often an earlier try of ours.
  if (status === 409) return new StorageProblem(503);
  const retryAfterMs = parseRetryAfter(request.getResponseHeader("retry-after"), Date.now());
  return new StorageProblem(status, { retryAfterMs });
}
