/** Encodes a decoded picture as a small JPEG without metadata. Runs in a worker or on the page. */

import {
  LAST_QUALITIES,
  PHOTO_MAX_BYTES,
  PREVIEW_MAX_BYTES,
  PREVIEW_QUALITIES,
  PREVIEW_SIDE,
  QUALITIES,
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
 * @returns {Promise<Blob>} a JPEG under PHOTO_MAX_BYTES
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
      if (blob.size < PHOTO_MAX_BYTES) {
        free(canvas);
        return blob;
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
export async function makePreview(picture, width, height, canvases) {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(width, height));
  const side = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
  const canvas = draw(picture, { width: side(width), height: side(height) }, canvases);
  let type = "image/webp";
  for (const quality of PREVIEW_QUALITIES) {
    let blob = await canvases.toBlob(canvas, type, quality);
    if (blob?.type !== type) blob = await canvases.toBlob(canvas, (type = "image/jpeg"), quality);
    if (blob && blob.size <= PREVIEW_MAX_BYTES) return blob;
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
