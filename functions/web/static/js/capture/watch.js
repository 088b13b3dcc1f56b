/** What waits about photos: phones that still hold some, and photos that vanish soon. */
import { apiCall } from "../shell/api.js";
import { isVerifiedClinician } from "../shell/users.js";

/**
 * @typedef {import("openapi").EncounterDocument} Encounter
 * @typedef {import("openapi").ImageListDocument} Images
 * @typedef {import("../shell/attention.js").Waiting} Waiting
 */

/** So many of the latest captures are looked at. */
const MOST = 6;

/** A photo is about to vanish when it has less than this left. In milliseconds. */
const SOON_MS = 6 * 3_600_000;

/** @type {import("../shell/attention.js").Watch} */
export const watch = {
  title: "Photos",
  isFor: isVerifiedClinician,
  async find() {
    /** @type {{encounters: Encounter[]}} */
    const { encounters } = await apiCall("GET", "/encounters");
    const captures = encounters.filter(({ kind, state, photoCount }) => kind === "capture" && (state === "open" || photoCount > 0));
    const found = await Promise.all(captures.slice(0, MOST).map(look));
    return found.flat();
  },
};

/** @param {Encounter} encounter @returns {Promise<Waiting[]>} */
async function look({ encounterId, patientId, patientName }) {
  /** @type {Images} */
  const { images, unsentPhotos } = await apiCall("GET", `/session/images/${encodeURIComponent(encounterId)}`);
  const title = patientName || "Patient without a name";
  const query = new URLSearchParams({ encounterId, ...(patientId ? { patientId } : {}) });
  const path = `/?${query}`;
  /** @type {Waiting[]} */
  const found = [];
  if (unsentPhotos) {
    const detail = `${photos(unsentPhotos)} on a phone ${unsentPhotos === 1 ? "is" : "are"} not sent yet`;
    found.push({ key: `unsent ${encounterId}`, title, detail, path, action: "Open", look: "warn", label: "Unsent photos" });
  }
  const now = Date.now();
  const vanishing = images.flatMap(({ vanishesAt }) => (vanishesAt && vanishesAt - now < SOON_MS ? [vanishesAt] : []));
  if (vanishing.length > 0) {
    const hours = Math.floor((Math.min(...vanishing) - now) / 3_600_000);
    const detail = `${photos(vanishing.length)} ${vanishing.length === 1 ? "vanishes" : "vanish"} ${hours < 1 ? "within the hour" : `in ${hours} h`}`;
    found.push({ key: `vanish ${encounterId}`, title, detail, path, action: "Open", look: "danger", label: "Vanishing" });
  }
  return found;
}

/** @param {number} number */
function photos(number) {
  return `${number} photo${number === 1 ? "" : "s"}`;
}
