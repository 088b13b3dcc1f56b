/**
 * Metadata of a photo: laterality, body site, type of image, notes. Codes travel with their display text.
 * @typedef {import("openapi").MetadataDocument} Metadata
 * @typedef {{[Field in keyof Metadata]: Metadata[Field] | null}} Change what it leaves out stays, and null clears
 * @typedef {{code: string, display: string}} Coded
 * @typedef {NonNullable<Metadata["laterality"]>} Laterality
 */

/** Longest note, in characters. */
export const NOTES_MAX = 500;

/** @type {readonly Laterality[]} */
export const LATERALITIES = Object.freeze([
  { code: "left", display: "Left" },
  { code: "right", display: "Right" },
  { code: "bilateral", display: "Both sides" },
  { code: "na", display: "Not applicable" },
]);

/** The 20 common sites, from head to foot. @type {readonly Coded[]} */
export const BODY_SITES = Object.freeze([
  { code: "scalp", display: "Scalp" },
  { code: "face", display: "Face" },
  { code: "eye", display: "Eye" },
  { code: "ear", display: "Ear" },
  { code: "mouth", display: "Mouth" },
  { code: "neck", display: "Neck" },
  { code: "shoulder", display: "Shoulder" },
  { code: "upper-arm", display: "Upper arm" },
  { code: "forearm", display: "Forearm" },
  { code: "hand", display: "Hand or fingers" },
  { code: "chest", display: "Chest" },
  { code: "abdomen", display: "Abdomen" },
  { code: "back", display: "Back" },
  { code: "groin", display: "Groin" },
  { code: "buttock", display: "Buttock" },
  { code: "thigh", display: "Thigh" },
  { code: "knee", display: "Knee" },
  { code: "lower-leg", display: "Lower leg" },
  { code: "ankle", display: "Ankle" },
  { code: "foot", display: "Foot or toes" },
]);

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
 * One line that says where, such as "Left forearm" or "Face"; empty when nothing is known.
 * @param {Metadata | null | undefined} metadata
 * @returns {string}
 */
export function describe(metadata) {
  const side = metadata?.laterality;
  const site = metadata?.bodySite?.display ?? "";
  if (!side || side.code === "na") return site;
  if (!site) return side.display;
  const lower = site.charAt(0).toLowerCase() + site.slice(1);
  return side.code === "bilateral" ? `${site}, both sides` : `${side.display} ${lower}`;
}
