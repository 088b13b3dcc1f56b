/** The grid of photos, newest first, each with its metadata. */
import { announce, byId, icon, make, setText } from "../../shell/dom.js";
import { formatMoment } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { BODY_SITES, LATERALITIES, wordOf } from "../metadata.js";
import { arranged } from "./arrangement.js";
import { ImageLoader } from "./image-loader.js";
import { IMAGE_TYPES } from "./image-types.js";

/** How long a new photo is highlighted, in milliseconds. */
const FRESH_MS = 6_000;

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
  /** @type {Map<string, Card>} */
  #cards = new Map();
  #filled = false;

  /**
   * @param {(imageId: string) => void} onOpen
   * @param {() => void} onUrls asks for new download URLs
   * @param {PhotoEdits} edits
   */
  constructor(onOpen, onUrls, edits) {
    this.#onOpen = onOpen;
    this.#onUrls = onUrls;
    this.#edits = edits;
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
        card = new Card(photo.imageId, this.#onOpen, this.#onUrls, this.#edits);
        this.#cards.set(photo.imageId, card);
      }
      if ("preview" in photo) card.showPreview(photo);
      else {
        if (!card.arrived) arrived.push(photo);
        if (!card.arrived && this.#filled) card.standOut();
        card.show(photo);
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

/** A photo of a list, as a button that opens it. */
export class Card {
  #button;
  #picture;
  #image = document.createElement("img");
  #name = make("span", "visually-hidden");
  #number = make("span", "photo-number");
  #time = make("time", "muted");
  #badges = make("span", "photo-badges");
  #drawn = "";
  #edits;
  /** @type {Photo | null} */
  #photo = null;
  #edited = 0;
  #holder;
  /** @type {HTMLImageElement | null} */
  #preview = null;
  /** Whether the photo itself is here. */
  arrived = false;
  element;

  /**
   * @param {string} imageId
   * @param {(imageId: string) => void} onOpen
   * @param {() => void} onUrls
   * @param {PhotoEdits} edits
   */
  constructor(imageId, onOpen, onUrls, edits) {
    this.#edits = edits;
    this.#image.alt = "";
    this.#image.decoding = "async";
    const holder = (this.#holder = make("span", "photo-picture", this.#image, make("span", "spinner")));
    this.#image.addEventListener("load", () => {
      this.#preview?.remove();
      this.#preview = null;
      void this.#drawEdits();
    });
    holder.append(make("span", "photo-failed", t("capture.photo.not-loaded")));
    this.#picture = new ImageLoader(this.#image, holder, onUrls);
    const line = make("span", "photo-line", this.#number, this.#time);
    const facts = make("span", "photo-facts", line, this.#badges);
    // Read as one sentence, with the same words in the same order.
    facts.setAttribute("aria-hidden", "true");
    this.#button = make("button", "photo", this.#name, holder, facts);
    this.#button.type = "button";
    this.#button.addEventListener("click", () => {
      if (!this.arrived) return;
      if (this.#picture.failed) {
        this.#picture.reset();
        onUrls();
      }
      onOpen(imageId);
    });
    this.element = make("li", "", this.#button);
    this.element.dataset.imageId = imageId;
  }

  /** Shows a photo on its way by its preview. @param {Arriving} photo */
  showPreview({ preview, takenAt, late }) {
    if (!this.#preview) {
      this.#preview = document.createElement("img");
      this.#preview.className = "photo-preview";
      this.#preview.alt = "";
      this.#holder.prepend(this.#preview);
      this.#button.setAttribute("aria-disabled", "true");
    }
    if (this.#preview.src !== preview) this.#preview.src = preview;
    this.#number.textContent = late ? t("capture.photo.late") : t("capture.photo.arriving");
    this.#number.classList.toggle("late", late);
    this.#time.textContent = formatMoment(takenAt);
    this.#name.textContent = late ? t("capture.photo.late.told") : t("capture.photo.arriving.told");
  }

  /** @param {Photo} photo */
  show(photo) {
    this.arrived = true;
    this.#button.removeAttribute("aria-disabled");
    this.#number.classList.remove("late");
    this.#picture.show(photo);
    this.#photo = photo;
    if (photo.editsVersion !== this.#edited) void this.#drawEdits();
    const { metadata, number, takenAt } = photo;
    const facts = JSON.stringify([metadata, number, takenAt]);
    if (facts === this.#drawn) return;
    this.#drawn = facts;
    this.#number.textContent = number ? t("capture.photo", { number }) : t("capture.photo.any");
    this.#time.textContent = takenAt ? formatMoment(takenAt) : "";
    this.#time.dateTime = takenAt ? new Date(takenAt).toISOString() : "";
    this.#badges.replaceChildren(...badges(metadata));
    const texts = [this.#number, this.#time, ...this.#badges.children].map(({ textContent }) => textContent);
    this.#name.textContent = texts.filter(Boolean).join(", ");
  }

  /** Draws what was edited, once the picture is here; what fails is tried again with the next list. */
  async #drawEdits() {
    const photo = this.#photo;
    if (!photo?.editsVersion || !this.#image.naturalWidth) return;
    this.#edited = photo.editsVersion;
    try {
      const [edits, { drawThumbnail }] = await Promise.all([this.#edits.find(photo), import("./edited-thumbnail.js")]);
      if (this.#edited === photo.editsVersion) drawThumbnail(this.#holder, this.#image, edits);
    } catch {
      this.#edited = 0;
    }
  }

  standOut() {
    this.#button.classList.add("fresh");
    setTimeout(() => this.#button.classList.remove("fresh"), FRESH_MS);
  }
}

/**
 * @param {import("../metadata.js").Metadata} metadata
 * @returns {HTMLElement[]}
 */
function badges({ laterality, bodySite, imageType, notes }) {
  const found = [];
  if (laterality) found.push(make("span", "badge", wordOf(LATERALITIES, laterality)));
  if (bodySite) found.push(make("span", "badge", wordOf(BODY_SITES, bodySite)));
  if (imageType) found.push(make("span", "badge", wordOf(IMAGE_TYPES, imageType)));
  if (notes) found.push(make("span", "badge quiet", icon("note"), t("capture.notes")));
  return found.length ? found : [make("span", "badge quiet", t("capture.photo.bare.badge"))];
}

/**
 * A session that was opened again has room for more than the photos that phones may send each time.
 * @param {number} count
 */
function photosOfLimit(count) {
  return count > MAX_IMAGES ? t("capture.count.photos", { count }) : t("capture.count", { used: count, max: MAX_IMAGES });
}
