/** A photo of a list, with its metadata, as a button that opens it. */
import { icon, make } from "../../shell/dom.js";
import { formatMoment } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { BODY_SITES, LATERALITIES, wordOf } from "../metadata.js";
import { ImageLoader } from "./image-loader.js";
import { IMAGE_TYPES } from "./image-types.js";
import { thumbnailUrl } from "./thumbnail.js";

/** How long a new photo is highlighted, in milliseconds. */
const FRESH_MS = 6_000;

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {import("./arriving.js").Arriving} Arriving
 * @typedef {import("./edits.js").PhotoEdits} PhotoEdits
 */

export class PhotoCard {
  #button;
  #picture;
  #image = document.createElement("img");
  #name = make("span", "visually-hidden");
  #line = make("div", "photo-record small");
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
  #whole = new Image();
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
    this.#picture = new ImageLoader(this.#image, holder, onUrls, thumbnailUrl);
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
    for (const approach of ["pointerenter", "focus"]) this.#button.addEventListener(approach, () => this.#fetchWhole());
    this.#line.hidden = true;
    this.element = make("li", "", this.#button, this.#line);
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

  /** Loads the whole photo, of which only the small picture is here, just before somebody opens it. */
  #fetchWhole() {
    const url = this.#photo?.downloadUrl;
    if (url && url !== this.#whole.src) this.#whole.src = url;
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

  /** @param {Node | null} line how it stands with the patient’s record; the one that is there keeps the focus */
  showLine(line) {
    if (line !== this.#line.firstChild) this.#line.replaceChildren(...(line ? [line] : []));
    this.#line.hidden = !line;
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
