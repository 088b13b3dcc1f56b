/**
 * Metadata of a photo: laterality, body site, type of image, notes. Codes travel with the words of whoever chose them; a
 * page shows its own words for the codes that it knows.
 * @typedef {import("openapi").MetadataDocument} Metadata
 * @typedef {{[Field in keyof Metadata]: Metadata[Field] | null}} Change what it leaves out stays, and null clears
 * @typedef {{code: string, display: string}} Coded
 * @typedef {NonNullable<Metadata["laterality"]>} Laterality
 */

import { t } from "../shell/messages.js";

/** Longest note, in characters. */
export const NOTES_MAX = 500;

/** @type {readonly Laterality[]} */
export const LATERALITIES = Object.freeze([
  { code: "left", display: t("capture.side.left") },
  { code: "right", display: t("capture.side.right") },
  { code: "bilateral", display: t("capture.side.both") },
  { code: "na", display: t("capture.side.none") },
]);

/** The 20 common sites by code, from head to foot, as they stand within a line. */
const SITES = new Map(Object.entries({
  scalp: t("capture.site.scalp"),
  face: t("capture.site.face"),
  eye: t("capture.site.eye"),
  ear: t("capture.site.ear"),
  mouth: t("capture.site.mouth"),
  neck: t("capture.site.neck"),
  shoulder: t("capture.site.shoulder"),
  "upper-arm": t("capture.site.upper-arm"),
  forearm: t("capture.site.forearm"),
  hand: t("capture.site.hand"),
  chest: t("capture.site.chest"),
  abdomen: t("capture.site.abdomen"),
  back: t("capture.site.back"),
  groin: t("capture.site.groin"),
  buttock: t("capture.site.buttock"),
  thigh: t("capture.site.thigh"),
  knee: t("capture.site.knee"),
  "lower-leg": t("capture.site.lower-leg"),
  ankle: t("capture.site.ankle"),
  foot: t("capture.site.foot"),
}));

/** @type {readonly Coded[]} */
export const BODY_SITES = Object.freeze([...SITES].map(([code, name]) => ({ code, display: capitalised(name) })));

/**
 * The entry with this code, or undefined.
 * @template {Coded} Entry
 * @param {readonly Entry[]} list
 * @param {string | undefined | null} code
 * @returns {Entry | undefined}
 */
export function coded(list, code) {
  return list.find((entry) => entry.code === code);
}

/**
 * @param {readonly Coded[]} list
 * @param {Coded | undefined | null} chosen
 * @returns {string} in this page's language, or as it was written elsewhere; "" for nothing
 */
export function wordOf(list, chosen) {
  return coded(list, chosen?.code)?.display ?? chosen?.display ?? "";
}

/**
 * One line that says where, such as "Left forearm" or "Face"; empty when nothing is known.
 * @param {Metadata | null | undefined} metadata
 * @returns {string}
 */
export function describe(metadata) {
  const side = metadata?.laterality;
  const bodySite = metadata?.bodySite;
  const site = SITES.get(bodySite?.code ?? "") ?? bodySite?.display ?? "";
  if (!site) return side?.code === "na" ? "" : wordOf(LATERALITIES, side);
  return capitalised(where(site, side?.code));
}

/**
 * @param {string} site
 * @param {Laterality["code"] | undefined} side
 */
function where(site, side) {
  switch (side) {
    case "left":
      return t("capture.where.left", { site });
    case "right":
      return t("capture.where.right", { site });
    case "bilateral":
      return t("capture.where.both", { site });
    default:
      return site;
  }
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
