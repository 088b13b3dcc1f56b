/** How near a photo was taken. */

/** @type {readonly NonNullable<import("../metadata.js").Metadata["imageType"]>[]} */
export const IMAGE_TYPES = Object.freeze([
  { code: "overview", display: "Overview" },
  { code: "close-up", display: "Close-up" },
  { code: "dermoscopy", display: "Dermoscopy" },
]);
