/**
 * Decodes and encodes off the main thread. A message is one file and the rate of the link; the responses are a preview, if asked for, and a JPEG
 * or null.
 */

import { encode, makePreview } from "./encoder.js";

/** @type {import("./encoder.js").Canvases} */
const canvases = {
  // eslint-disable-next-line compat/compat -- the page starts no worker without it
  make: (width, height) => new OffscreenCanvas(width, height),
  toBlob: (canvas, type, quality) => canvas.convertToBlob({ type, quality }),
};

addEventListener("message", async ({ data: { file, rate, preview } }) => {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    if (preview) postMessage({ preview: await makePreview(bitmap, bitmap.width, bitmap.height, canvases).catch(() => null) });
    const photo = await encode(bitmap, bitmap.width, bitmap.height, rate, canvases);
    postMessage({ photo });
  } catch {
    postMessage({ photo: null }); // the page tries its own decoder, and reports if that fails too
  }
});
