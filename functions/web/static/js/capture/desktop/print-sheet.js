/** Photos on paper, as they were edited, each with what is known of it and, where there is a ruler, a scale. */
import { make } from "../../shell/dom.js";
import { formatDateTime } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { describe, wordOf } from "../metadata.js";
import { drawThumbnail } from "./edited-thumbnail.js";
import { lengthInWords, scaleBy } from "./editor/measures.js";
import { NO_EDITS } from "./editor/shapes.js";
import { IMAGE_TYPES } from "./image-types.js";
import { UNCROPPED, shownSize } from "./viewer/geometry.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {import("openapi").Edits} Edits
 */

/** Lengths of the bar, in millimetres: the longest that takes no more than this share of the width. */
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SHARE = 0.4;

/** A picture that takes longer is given up, in milliseconds. */
const DEADLINE_MS = 30_000;

/**
 * @param {Photo[]} photos
 * @param {(photo: Photo) => Promise<Edits>} findEdits
 * @param {string[]} about the patient and the encounter
 * @returns {Promise<void>} rejected if any photo could not be loaded, because a part would pass for all
 */
export async function printSheet(photos, findEdits, about) {
  const [name, ...ids] = about;
  const heading = make("header", "", make("h1", "", name ?? ""), ...ids.map((line) => make("p", "", line)), make("p", "", t("capture.sheet.printed", { when: formatDateTime(new Date().toISOString()) })));
  const figures = await Promise.all(photos.map((photo) => figureOf(photo, findEdits)));
  const sheet = make("section", "print-sheet", heading, make("div", "print-photos", ...figures));
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
  print();
}

/** @param {Photo} photo @param {(photo: Photo) => Promise<Edits>} findEdits */
async function figureOf(photo, findEdits) {
  const { metadata, number } = photo;
  const edits = photo.editsVersion ? await findEdits(photo) : NO_EDITS;
  const image = make("img", "");
  image.alt = t("capture.photo", { number });
  image.src = photo.downloadUrl ?? "";
  await loaded(image);
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  const shown = shownSize({ ...size, rotation: edits.rotation, crop: edits.crop ?? UNCROPPED });
  const picture = make("div", "print-picture", image);
  picture.style.aspectRatio = `${shown.width} / ${shown.height}`;
  drawThumbnail(picture, image, edits, shown.width / shown.height);
  const when = formatDateTime(new Date(photo.takenAt).toISOString());
  const facts = [describe(metadata), wordOf(IMAGE_TYPES, metadata.imageType), t("capture.photo.taken", { when })];
  const caption = make("figcaption", "", make("strong", "", t("capture.photo", { number })), make("span", "", facts.filter(Boolean).join(" · ")));
  if (metadata.notes) caption.append(make("span", "print-notes", metadata.notes));
  const bar = barOf(edits, size, shown.width);
  return make("figure", "", picture, ...(bar ? [bar] : []), caption);
}

/**
 * @param {Edits} edits
 * @param {import("./viewer/geometry.js").Size} size
 * @param {number} width of what is shown, in pixels of the original
 */
function barOf(edits, size, width) {
  const scale = scaleBy(edits.shapes, size);
  const length = LENGTHS.filter((each) => scale && each / scale <= width * SHARE).pop();
  if (!scale || !length) return null;
  const bar = make("span", "print-bar");
  bar.style.inlineSize = `${(length / scale / width) * 100}%`;
  return make("div", "print-scale", bar, make("span", "", lengthInWords(length)));
}

/** @param {HTMLImageElement} image @returns {Promise<void>} */
function loaded(image) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("timeout")), DEADLINE_MS);
    image.addEventListener("load", () => {
      clearTimeout(timer);
      resolve();
    });
    image.addEventListener("error", () => {
      clearTimeout(timer);
      reject(new Error("not loaded"));
    });
  });
}
