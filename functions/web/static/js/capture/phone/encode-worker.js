/** Decodes and encodes off the main thread. A message is one file; the response is a JPEG or null. */

import { encode } from "./encoder.js";

const canvases = {
  // eslint-disable-next-line compat/compat -- the page starts no worker without it
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
    postMessage(null); // the page tries its own decoder, and reports if that fails too
  }
});
