/** A thumbnail as its photo was edited. Loaded with the first photo that was, so without state of its own. */
import { drawingOf } from "./editor/drawing.js";
import { UNCROPPED, placed } from "./viewer/geometry.js";

/**
 * @param {HTMLElement} holder
 * @param {HTMLImageElement} image loaded
 * @param {import("openapi").Edits} edits
 * @param {number} [aspect] the holder's width by its height
 */
export function drawThumbnail(holder, image, edits, aspect = holder.clientWidth / holder.clientHeight || 4 / 3) {
  clearThumbnail(holder, image);
  const { naturalWidth: width, naturalHeight: height } = image;
  const drawing = drawingOf(edits, { width, height });
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("preserveAspectRatio", "none");
  const frame = { width, height, rotation: edits.rotation, crop: edits.crop ?? UNCROPPED };
  const place = placed(frame, aspect);
  for (const element of [image, drawing]) Object.assign(element.style, place);
  holder.classList.add("edited");
  image.after(drawing);
}

/** @param {HTMLElement} holder @param {HTMLImageElement} image */
function clearThumbnail(holder, image) {
  holder.classList.remove("edited");
  holder.querySelector(".drawn")?.remove();
  image.removeAttribute("style");
}
