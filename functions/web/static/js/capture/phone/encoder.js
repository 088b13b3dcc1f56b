/** Encodes a decoded picture as a small JPEG without metadata. Runs in a worker or on the page. */

import { PHOTO_MAX_BYTES, QUALITIES, sizes } from "./limits.js";

/** The browser could not read the file as a picture. */
export class Undecodable extends Error {}

/**
 * Draws and encodes until the result is small enough; only pixels survive, so EXIF and GPS are gone.
 * @param {ImageBitmap | HTMLImageElement} picture upright already
 * @param {number} width
 * @param {number} height
 * @param {Canvases} canvases
 * @returns {Promise<Blob>} a JPEG under PHOTO_MAX_BYTES
 * @throws {Undecodable} the browser returned something other than a JPEG
 *
 * @typedef {OffscreenCanvas | HTMLCanvasElement} Canvas
 * @typedef {{make: (width: number, height: number) => Canvas,
 *   toJpeg: (canvas: any, quality: number) => Promise<Blob | null>}} Canvases
 */
export async function encode(picture, width, height, { make, toJpeg }) {
  /** @type {ImageBitmap | HTMLImageElement | Canvas} */
  let source = picture;
  for (const size of sizes(width, height)) {
    const canvas = make(size.width, size.height);
    const pen = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext("2d", { alpha: false }));
    if (!pen) throw new Undecodable("no canvas");
    pen.fillStyle = "#fff"; // transparent pictures would turn black
    pen.fillRect(0, 0, size.width, size.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(source, 0, 0, size.width, size.height);
    free(source);
    source = canvas; // the next size is drawn from this one, which frees the full picture
    for (const quality of QUALITIES) {
      const blob = await toJpeg(canvas, quality);
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
 * Frees memory now rather than at the next garbage collection: phones have little.
 * @param {ImageBitmap | HTMLImageElement | Canvas} source
 */
function free(source) {
  if ("close" in source) source.close();
  else if ("getContext" in source) source.width = source.height = 0;
}
