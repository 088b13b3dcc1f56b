/** Decoding and encoding away from the page's thread. A message is one file; the answer is a JPEG's bytes or null. */

import { encode } from "./encoder.js";

const canvases = {
  make: (/** @type {number} */ width, /** @type {number} */ height) => new OffscreenCanvas(width, height),
  toJpeg: (/** @type {OffscreenCanvas} */ canvas, /** @type {number} */ quality) =>
    canvas.convertToBlob({ type: "image/jpeg", quality }),
};

addEventListener("message", async ({ data }) => {
  try {
    const bitmap = await createImageBitmap(data, { imageOrientation: "from-image" });
    const blob = await encode(bitmap, bitmap.width, bitmap.height, canvases);
    postMessage(blob);
  } catch {
    postMessage(null); // the page tries its own decoder, and explains if that fails too
  }
});
