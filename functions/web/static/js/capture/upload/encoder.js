/** Encodes a decoded picture as a small JPEG without metadata. Runs in a worker or on the page. */

import { THUMBNAIL_MAX_BYTES, THUMBNAIL_SIDE, withThumbnail } from "../jfif.js";
import {
  LAST_QUALITIES,
  PHOTO_MAX_BYTES,
  PREVIEW_MAX_BYTES,
  PREVIEW_SIDE,
  QUALITIES,
  SMALL_QUALITIES,
  sizes,
} from "./limits.js";

/** The browser could not read the file as a picture. */
export class Undecodable extends Error {}

/**
 * @typedef {OffscreenCanvas | HTMLCanvasElement} Canvas
 * @typedef {{make: (width: number, height: number) => Canvas,
 *   toBlob: (canvas: any, type: string, quality: number) => Promise<Blob | null>}} Canvases
 */

/**
 * Draws and encodes until the result is small enough; only pixels survive, so EXIF and GPS are gone.
 * @param {ImageBitmap | HTMLImageElement} picture upright already
 * @param {number} width
 * @param {number} height
 * @param {number | null} rate of the link, in bytes per second, if it is known
 * @param {Canvases} canvases
 * @returns {Promise<Blob>} a JPEG under PHOTO_MAX_BYTES, with a small picture of itself for grids
 * @throws {Undecodable} the browser returned something other than a JPEG
 */
export async function encode(picture, width, height, rate, canvases) {
  /** @type {ImageBitmap | HTMLImageElement | Canvas} */
  let source = picture;
  const steps = sizes(width, height, rate);
  for (const size of steps) {
    const canvas = draw(source, size, canvases);
    free(source);
    source = canvas; // the next size is drawn from this one, which frees the full picture
    for (const quality of size === steps.at(-1) ? LAST_QUALITIES : QUALITIES) {
      const blob = await canvases.toBlob(canvas, "image/jpeg", quality);
      if (!blob || blob.type !== "image/jpeg" || blob.size === 0) throw new Undecodable("no encoder");
      if (blob.size + THUMBNAIL_MAX_BYTES < PHOTO_MAX_BYTES) {
        const thumbnail = await makeSmall(canvas, size, THUMBNAIL_SIDE, THUMBNAIL_MAX_BYTES, "image/jpeg", canvases).catch(() => null);
        free(canvas);
        return thumbnail ? withThumbnail(blob, thumbnail) : blob;
      }
    }
  }
  throw new Undecodable("too large");
}

/**
 * @param {ImageBitmap | HTMLImageElement} picture is kept
 * @param {number} width
 * @param {number} height
 * @param {Canvases} canvases
 * @returns {Promise<Blob | null>} a small WebP, or JPEG where the browser writes none, or null if it would be too large
 */
export function makePreview(picture, width, height, canvases) {
  return makeSmall(picture, { width, height }, PREVIEW_SIDE, PREVIEW_MAX_BYTES, "image/webp", canvases);
}

/**
 * @param {ImageBitmap | HTMLImageElement | Canvas} picture is kept
 * @param {{width: number, height: number}} size
 * @param {number} side the longest, in pixels
 * @param {number} maxBytes
 * @param {string} type to try before JPEG
 * @param {Canvases} canvases
 * @returns {Promise<Blob | null>}
 */
async function makeSmall(picture, { width, height }, side, maxBytes, type, canvases) {
  const scale = Math.min(1, side / Math.max(width, height));
  const edge = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
  const canvas = draw(picture, { width: edge(width), height: edge(height) }, canvases);
  for (const quality of SMALL_QUALITIES) {
    let blob = await canvases.toBlob(canvas, type, quality);
    if (blob?.type !== type) blob = await canvases.toBlob(canvas, (type = "image/jpeg"), quality);
    if (blob && blob.size <= maxBytes) return blob;
  }
  return null;
}

/**
 * @param {ImageBitmap | HTMLImageElement | Canvas} picture
 * @param {{width: number, height: number}} size
 * @param {Canvases} canvases
 */
function draw(picture, { width, height }, canvases) {
  const canvas = canvases.make(width, height);
  const pen = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext("2d", { alpha: false }));
  if (!pen) throw new Undecodable("no canvas");
  pen.fillStyle = "#fff"; // transparent pictures would turn black
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * Frees memory now rather than at the next garbage collection: phones have little.
 * @param {ImageBitmap | HTMLImageElement | Canvas} source
 */
function free(source) {
  if ("close" in source) source.close();
  else if ("getContext" in source) source.width = source.height = 0;
}
