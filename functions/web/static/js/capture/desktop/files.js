/** Photos as files: fetched from the bucket, named, and saved. */
import { t } from "../../shell/messages.js";
import { describe } from "../metadata.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{name: string, lastModified: Date, input: Blob}} PhotoFile
 */

/** A photo that takes longer is given up, in milliseconds. */
const DEADLINE_MS = 60_000;

/**
 * @param {Photo} photo
 * @returns {Promise<PhotoFile>} the original, named by its number and what it shows, not by its patient
 */
export async function fileOf(photo) {
  // A photo that has just arrived may have no link yet; without one, the browser would fetch this page.
  if (!photo.downloadUrl) throw new Error("no link");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), DEADLINE_MS);
  try {
    // Not from the cache: what an <img> has loaded lacks the headers that let a script read it.
    const request = { cache: /** @type {const} */ ("no-store"), credentials: /** @type {const} */ ("omit"), signal: controller.signal };
    const answer = await fetch(photo.downloadUrl, request);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return { name: nameOf(photo), lastModified: new Date(photo.takenAt), input: await answer.blob() };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} name @param {Blob} content */
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Some browsers start to read it only now.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {Photo} photo @returns {string} "photo-03-left-forearm.jpg" */
export function nameOf({ number, metadata, s3Key }) {
  const where = describe(metadata).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  const extension = /\.([a-z0-9]+)$/.exec(s3Key)?.[1] ?? "jpg";
  return [t("capture.file.photo"), String(number).padStart(2, "0"), where].filter(Boolean).join("-") + `.${extension}`;
}
