/** How near a photo was taken. */
import { t } from "../../shell/messages.js";

/** @type {readonly NonNullable<import("../metadata.js").Metadata["imageType"]>[]} */
export const IMAGE_TYPES = Object.freeze([
  { code: "overview", display: t("capture.view.overview") },
  { code: "close-up", display: t("capture.view.close-up") },
  { code: "dermoscopy", display: t("capture.view.dermoscopy") },
]);
