/** The grid of photos, newest first, each with its metadata. */
import { announce, byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { arranged } from "./arrangement.js";
import { PhotoCard } from "./photo-card.js";

/** Photos that one session may hold. */
export const MAX_IMAGES = 20;

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {import("./arriving.js").Arriving} Arriving
 * @typedef {import("./edits.js").PhotoEdits} PhotoEdits
 */

export class Gallery {
  #onOpen;
  #onUrls;
  #edits;
  #record;
  /** @type {Map<string, PhotoCard>} */
  #cards = new Map();
  #filled = false;

  /**
   * @param {(imageId: string) => void} onOpen
   * @param {() => void} onUrls asks for new download URLs
   * @param {PhotoEdits} edits
   * @param {Pick<import("./record-slot.js").RecordSlot, "line">} record
   */
  constructor(onOpen, onUrls, edits, record) {
    this.#onOpen = onOpen;
    this.#onUrls = onUrls;
    this.#edits = edits;
    this.#record = record;
    byId("grid").replaceChildren();
    // Whether there are photos is not known yet.
    setText("count", "");
    byId("empty").hidden = byId("grid").hidden = true;
  }

  /**
   * @param {Photo[]} inOrder as taken; shown newest first, because clinicians look for the photo just taken
   * @param {Arriving[]} [arriving] photos on their way, each shown in its place
   * @param {string[]} [order] in which clinicians have put photos
   */
  show(inOrder, arriving = [], order = []) {
    const newestFirst = [...inOrder].reverse();
    // What was taken at the same instant stays in its order: sorting is stable.
    const byTime = [...newestFirst, ...arriving].sort((a, b) => b.takenAt - a.takenAt || b.takenOrder - a.takenOrder);
    const photos = arranged(byTime, order);
    const present = new Set(photos.map((photo) => photo.imageId));
    for (const [imageId, card] of this.#cards) {
      if (present.has(imageId)) continue;
      const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
      const focused = card.element.contains(document.activeElement);
      card.element.remove();
      this.#cards.delete(imageId);
      if (focused) next?.querySelector("button")?.focus();
    }
    const arrived = [];
    const grid = byId("grid");
    photos.forEach((photo, place) => {
      let card = this.#cards.get(photo.imageId);
      if (!card) {
        card = new PhotoCard(photo.imageId, this.#onOpen, this.#onUrls, this.#edits);
        this.#cards.set(photo.imageId, card);
      }
      if ("preview" in photo) card.showPreview(photo);
      else {
        if (!card.arrived) arrived.push(photo);
        if (!card.arrived && this.#filled) card.standOut();
        card.show(photo);
        card.showLine(this.#record.line(photo));
      }
      if (grid.children[place] !== card.element) grid.insertBefore(card.element, grid.children[place] ?? null);
    });
    if (this.#filled && arrived.length) {
      announce(t("capture.photo.arrived", { count: arrived.length, total: photosOfLimit(inOrder.length) }));
    }
    this.#filled = true;
    this.#count(inOrder.length, arriving.length);
  }

  /**
   * Focuses a photo after its preview was closed.
   * @param {string} imageId
   */
  focus(imageId) {
    this.#cards.get(imageId)?.element.querySelector("button")?.focus();
  }

  /** @param {number} count @param {number} [arriving] */
  #count(count, arriving = 0) {
    setText("count", photosOfLimit(count));
    byId("empty").hidden = count + arriving > 0;
    byId("grid").hidden = count + arriving === 0;
  }
}

/**
 * A session that was opened again has room for more than the photos that phones may send each time.
 * @param {number} count
 */
function photosOfLimit(count) {
  return count > MAX_IMAGES ? t("capture.count.photos", { count }) : t("capture.count", { used: count, max: MAX_IMAGES });
}
