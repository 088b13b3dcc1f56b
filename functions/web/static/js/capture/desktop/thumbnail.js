/** What a grid shows of a photo: the small picture in its first bytes, so that no grid loads whole photos. */
import { HEAD_BYTES, thumbnailIn } from "../jfif.js";

/** Then the whole photo is tried, in milliseconds. */
const DEADLINE_MS = 15_000;

/**
 * @param {string} url of the photo
 * @returns {Promise<string>} an object's URL, to be revoked; or the photo's own, if it carries no small picture
 * @throws {Error} storage refused
 */
export async function thumbnailUrl(url) {
  const picture = await pictureIn(url);
  return picture ? URL.createObjectURL(picture) : url;
}

/** @param {string} url @returns {Promise<Blob | null>} */
async function pictureIn(url) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), DEADLINE_MS);
  let answer;
  try {
    // Not from the cache, and not into it: the photo itself has the same address.
    const request = { cache: /** @type {const} */ ("no-store"), credentials: /** @type {const} */ ("omit"), signal: controller.signal };
    answer = await fetch(url, { ...request, headers: { range: `bytes=0-${HEAD_BYTES - 1}` } });
    if (answer.ok) {
      const content = await answer.blob();
      // All of it, because it is short or because ranges are not known there.
      if (answer.status !== 206 || content.size < HEAD_BYTES) return content;
      return thumbnailIn(new Uint8Array(await content.arrayBuffer()));
    }
  } catch {
    return null; // no connection, or too slow: the whole photo is tried, which says so if it fails too
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`HTTP ${answer.status}`);
}
