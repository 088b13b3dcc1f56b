/** A second photo beside the first; both zoom and move together, unless they are unlinked. */
import { make } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { describe } from "../../metadata.js";
import { EditedPhoto } from "../editor/edited-photo.js";
import { ImageLoader } from "../image-loader.js";
import { Stage } from "./stage.js";

/**
 * @typedef {import("../images.js").NumberedPhoto} Photo
 * @typedef {import("./geometry.js").View} View
 */

export class Comparison {
  #first;
  #stage;
  #edited;
  #loader;
  #photos;
  #imageId = "";
  #select = make("select", "");
  #link = make("input", "");
  #image = make("img", "");
  /** Besides the first photo. */
  element;
  /** Between the photo's tools. */
  controls;

  /**
   * @param {Stage} first
   * @param {() => Photo[]} photos
   * @param {() => void} refresh asks for new download URLs
   * @param {(photo: import("../edits.js").Version) => Promise<import("../edits.js").Edits>} findEdits
   */
  constructor(first, photos, refresh, findEdits) {
    this.#first = first;
    this.#photos = photos;
    this.element = make("div", "photo-stage", this.#image, make("span", "spinner"));
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", t("capture.viewer.compare.photo"));
    this.element.tabIndex = 0;
    this.#loader = new ImageLoader(this.#image, this.element, refresh);
    this.#stage = new Stage(this.element, this.#image, (view) => this.#link.checked && (first.view = view));
    this.#edited = new EditedPhoto(this.#stage, this.#image, findEdits);
    this.#select.setAttribute("aria-label", t("capture.viewer.compare.with"));
    this.#select.addEventListener("change", () => this.#choose(this.#select.value));
    this.#link.type = "checkbox";
    this.#link.checked = true;
    this.#link.addEventListener("change", () => this.follow(first.view));
    this.controls = make("div", "photo-compare", this.#select, make("label", "", this.#link, ` ${t("capture.viewer.compare.together")}`));
  }

  stop() {
    this.#stage.stop();
    this.element.remove();
    this.controls.remove();
  }

  /** @returns {Stage | null} the stage that an event is about, if it is this one */
  get focused() {
    return this.element.contains(document.activeElement) ? this.#stage : null;
  }

  /** @param {View} view of the first photo */
  follow(view) {
    if (this.#link.checked) this.#stage.view = view;
  }

  /**
   * Offers every photo but the open one.
   * @param {string} openId
   * @returns {boolean} whether there is any
   */
  offer(openId) {
    const photos = this.#photos();
    const place = photos.findIndex(({ imageId }) => imageId === openId);
    const others = photos.filter(({ imageId }) => imageId !== openId);
    if (!others.length) return false;
    this.#select.replaceChildren(...others.map((photo) => new Option(nameOf(photo), photo.imageId)));
    const neighbour = photos[place - 1] ?? photos[place + 1];
    this.#choose(others.some(({ imageId }) => imageId === this.#imageId) ? this.#imageId : neighbour.imageId);
    return true;
  }

  /** @param {string} imageId */
  #choose(imageId) {
    const photo = this.#photos().find((one) => one.imageId === imageId);
    if (!photo) return;
    if (imageId !== this.#imageId) this.#loader.reset();
    this.#imageId = imageId;
    this.#select.value = imageId;
    this.#image.alt = nameOf(photo);
    this.#loader.show(photo);
    this.#edited.show(photo);
    this.follow(this.#first.view);
  }
}

/** @param {Photo} photo */
function nameOf(photo) {
  const where = describe(photo.metadata);
  const { number } = photo;
  return where ? t("capture.photo.where", { number, where }) : t("capture.photo", { number });
}
