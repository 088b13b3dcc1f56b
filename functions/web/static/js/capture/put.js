/** One upload to storage. XMLHttpRequest, because fetch cannot say how much has been sent. */

import { NetworkFailure, parseRetryAfter } from "../http.js";
import { StorageProblem } from "./failure.js";
import { STALL_MS, UPLOAD_DEADLINE_MS } from "./limits.js";

/** The browser sets these itself and refuses to let a page do so. */
const OWN_HEADERS = new Set(["content-length", "host"]);

/**
 * @param {import("./api.js").Slot} slot
 * @param {Blob} blob
 * @param {(share: number) => void} onProgress from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<void>} once the storage has it; also when it already had it (412)
 * @throws {StorageProblem | NetworkFailure}
 */
export function put(slot, blob, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout>} */
    let stall;
    const moved = () => {
      clearTimeout(stall);
      stall = setTimeout(() => end(new NetworkFailure("timeout")), STALL_MS);
    };
    const stop = () => end(new DOMException("Aborted", "AbortError"));
    const end = (/** @type {Error | null} */ error) => {
      clearTimeout(stall);
      signal.removeEventListener("abort", stop);
      request.onload = request.onerror = request.ontimeout = request.upload.onprogress = null;
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
  // S3 says 400 RequestTimeout when a phone was asleep in the middle of an upload.
  if (status === 400 && request.responseText.includes("RequestTimeout")) return new NetworkFailure("timeout");
  // And 400 ExpiredToken when the credentials behind the URL ended before the URL did: as good as an expired URL.
  if (status === 400 && request.responseText.includes("ExpiredToken")) return new StorageProblem(403);
  // 409 is another request for the same object under way, often an earlier try of ours: it passes by itself.
  if (status === 409) return new StorageProblem(503);
  const retryAfterMs = parseRetryAfter(request.getResponseHeader("retry-after"), Date.now());
  return new StorageProblem(status, { retryAfterMs });
}
