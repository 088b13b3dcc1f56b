/** Brings one photo to the server: a place, the bytes, the notice. Picks up where an earlier try stopped. */

import { HttpProblem, retry } from "../http.js";
import * as api from "./api.js";
import { StorageProblem } from "./failure.js";
import { URL_MARGIN_MS } from "./limits.js";
import { toWire } from "./photo.js";
import { put } from "./put.js";

/**
 * @param {import("./session.js").Session} session
 * @param {import("./photo.js").Photo} photo
 * @param {(change: Partial<import("./photo.js").Photo>) => Promise<void>} update what is learnt on the way, to be kept
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<{imageCount: number, sequence: number}>}
 */
export async function send(session, photo, update, onProgress, signal) {
  for (let again = false; ; again = true) {
    const known = photo.stored ? photo.s3Key : null;
    const s3Key = known ?? (await store(session, photo, update, onProgress, signal));
    try {
      return await api.notify(session, s3Key, toWire(photo.metadata), signal);
    } catch (error) {
      // The storage does not have what we believed it had, or the place that we knew was an earlier session's: upload
      // it once more, but not for ever.
      const slug = error instanceof HttpProblem ? error.slug : "";
      if (again || !(slug === "not-uploaded" || (slug === "wrong-encounter" && known))) throw error;
      await update({ stored: false, s3Key: null, progress: 0 });
    }
  }
}

/** @type {(...args: Parameters<typeof send>) => Promise<string>} */
async function store(session, photo, update, onProgress, signal) {
  const blob = photo.blob;
  if (!blob) throw new StorageProblem(400);
  // Kept before the call goes out: from here on the server may know of this photo, whatever happens to us.
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
      spent = error; // retried already: not once more by the retry around the upload
      throw null;
    }
  };
  const step = async () => {
    // A new URL is used without looking at its end: this phone's clock may be wrong.
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
