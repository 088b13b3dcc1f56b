/** What waits about photos: phones that still hold some, and photos that vanish soon. */
import { apiCall } from "../shell/api.js";
import { t } from "../shell/messages.js";
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
  title: t("capture.watch"),
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
  const title = patientName || t("capture.watch.nameless");
  const query = new URLSearchParams({ encounterId, ...(patientId ? { patientId } : {}) });
  const path = `/?${query}`;
  /** @type {Waiting[]} */
  const found = [];
  if (unsentPhotos) {
    const detail = t("capture.watch.unsent.text", { count: unsentPhotos });
    found.push({ key: `unsent/${encounterId}`, title, detail, path, action: t("capture.watch.open"), look: "warn", label: t("capture.watch.unsent") });
  }
  const now = Date.now();
  const vanishing = images.flatMap(({ vanishesAt }) => (vanishesAt && vanishesAt - now < SOON_MS ? [vanishesAt] : []));
  if (vanishing.length > 0) {
    const hours = Math.floor((Math.min(...vanishing) - now) / 3_600_000);
    const count = vanishing.length;
    const detail = hours < 1 ? t("capture.watch.vanishing.hour", { count }) : t("capture.watch.vanishing.hours", { count, hours });
    found.push({ key: `vanish/${encounterId}`, title, detail, path, action: t("capture.watch.open"), look: "danger", label: t("capture.watch.vanishing") });
  }
  return found;
}
