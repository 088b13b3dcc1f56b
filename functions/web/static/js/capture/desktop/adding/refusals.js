/** Why a file from this computer is not a photo of the session, or not yet, in words. */
import { t } from "../../../shell/messages.js";

/** Larger files are no photos that a browser decodes well; they are compressed to 1 MB. */
const FILE_MAX_MB = 50;

/** Some systems know no type of these. */
const PICTURES = /\.(avif|bmp|gif|hei[cf]|jpe?g|png|webp)$/i;

/** @param {File} file @returns {string} why it is refused before it is read, or "" */
export function refusalOf({ name, type, size }) {
  if (!(type ? type.startsWith("image/") : PICTURES.test(name))) return t("capture.adding.no-picture", { name });
  if (size === 0) return damaged(name);
  return size > FILE_MAX_MB * 1_000_000 ? t("capture.adding.too-big", { name, count: FILE_MAX_MB }) : "";
}

/** @param {string} name */
export function unreadable(name) {
  return /\.hei[cf]$/i.test(name) ? t("capture.adding.heic", { name }) : t("capture.adding.unreadable", { name });
}

/** @param {string} name */
export function damaged(name) {
  return t("capture.adding.damaged", { name });
}

/** @param {number} over @param {number} max */
export function tooMany(over, max) {
  return t("capture.adding.too-many", { count: over, max });
}

/**
 * The error may come from the page's own calls, whose classes are others than those that are known here.
 * @param {unknown} error
 * @param {(error: unknown) => string} explain
 * @returns {{reason: string, wakes: boolean}} `wakes`: with a connection it may succeed
 */
export function whyUnsent(error, explain) {
  const { status = 0, slug = "", name = "" } = /** @type {{status?: number, slug?: string, name?: string}} */ (error ?? {});
  if (name === "NetworkFailure") return { reason: t("capture.adding.no-connection"), wakes: true };
  if (status === 429) return { reason: t("capture.adding.busy"), wakes: true };
  if (status >= 500) return { reason: t("capture.adding.server"), wakes: true };
  if (slug === "image-limit-reached") return { reason: t("capture.adding.full"), wakes: false };
  if (slug === "damaged-image") return { reason: t("capture.adding.arrived-damaged"), wakes: false };
  if (slug === "image-deleted") return { reason: t("capture.adding.deleted"), wakes: false };
  return { reason: status ? t("capture.adding.not-taken") : explain(error), wakes: false };
}
