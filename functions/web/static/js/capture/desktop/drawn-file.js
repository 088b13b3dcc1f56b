/** A photo as it was edited, in pixels, for files that leave this page; pages themselves draw over the original. */
import { drawingOf } from "./editor/drawing.js";
import { UNCROPPED, WHOLE, matrixOf, shownSize } from "./viewer/geometry.js";

const QUALITY = 0.9;

/**
 * @param {Blob} original
 * @param {import("openapi").Edits} edits
 * @returns {Promise<Blob>} a JPEG, turned, cropped and drawn upon
 */
export async function drawnPicture(original, edits) {
  const photo = await pictureOf(original);
  const size = { width: photo.naturalWidth, height: photo.naturalHeight };
  const frame = { ...size, rotation: edits.rotation, crop: edits.crop ?? UNCROPPED };
  const shown = shownSize(frame);
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(shown.width), height: Math.round(shown.height) });
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) throw new Error("no canvas");
  pen.setTransform(...matrixOf(WHOLE, shown, frame));
  pen.drawImage(photo, 0, 0);
  pen.drawImage(await pictureOf(drawingFile(edits, size)), 0, 0, size.width, size.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((file) => (file ? resolve(file) : reject(new Error("no file"))), "image/jpeg", QUALITY);
  });
}

/** @param {import("openapi").Edits} edits @param {import("./viewer/geometry.js").Size} size */
function drawingFile(edits, size) {
  const drawing = drawingOf(edits, size);
  // A picture of its own: the page's styles do not reach it.
  const own = { width: size.width, height: size.height, "font-family": "system-ui, sans-serif", "font-weight": 650 };
  for (const [name, value] of Object.entries(own)) drawing.setAttribute(name, String(value));
  return new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" });
}

/** @param {Blob} file @returns {Promise<HTMLImageElement>} */
async function pictureOf(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
