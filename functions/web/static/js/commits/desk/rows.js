/** The photos that are about to be committed, each with what it needs. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { textButton } from "./buttons.js";
import { missingWords } from "./words.js";

/** The field of the page where something is seen to. @type {Record<string, string>} */
const FIELDS = { "body-site": "bodySite", "image-type": "imageType", laterality: "laterality", "side-contradiction": "notes" };

/**
 * @typedef {import("../desk.js").Photo} Photo
 * @typedef {{photo: Photo, missing: string[]}} Row
 */

export class PhotoRows {
  #desk;
  #onLeaveOut;
  /** Photos as they were when somebody said that their side is right. @type {Set<string>} */
  #confirmed = new Set();
  #drawn = "";
  element = make("ul", "record-rows");

  /**
   * @param {import("../desk.js").Desk} desk
   * @param {(imageId: string) => void} onLeaveOut
   */
  constructor(desk, onLeaveOut) {
    this.#desk = desk;
    this.#onLeaveOut = onLeaveOut;
    this.element.setAttribute("role", "list");
  }

  begin() {
    this.#confirmed.clear();
    this.#drawn = "";
  }

  /** Whether somebody has said that the side is right. @param {Photo} photo */
  isConfirmed(photo) {
    return this.#confirmed.has(asItIs(photo));
  }

  /** @param {Row[]} rows */
  draw(rows) {
    const drawn = JSON.stringify(rows.map(({ photo: { imageId, number, revision, metadata }, missing }) => [imageId, number, revision, metadata, missing]));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { activeElement } = document;
    const key = activeElement instanceof HTMLElement && this.element.contains(activeElement) ? activeElement.dataset.key : "";
    this.element.replaceChildren(...rows.map((row) => this.#row(row)));
    if (!key) return;
    const again = this.element.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? this.element.querySelector("[data-key]");
    if (again instanceof HTMLElement) again.focus();
  }

  focusFirst() {
    const first = this.element.querySelector("[data-key]");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {Row} row */
  #row({ photo, missing }) {
    const { imageId, number, metadata } = photo;
    const { laterality, bodySite, imageType } = metadata;
    const said = [laterality, bodySite, imageType].flatMap((each) => each?.display ?? []).join(" · ");
    const head = make("p", "record-row-head", make("strong", "", t("commits.photo", { number })), make("span", "muted", said));
    if (!missing.length) {
      head.append(make("span", "badge ok", t("commits.photo.ready")));
      return make("li", "", head);
    }
    const needs = missing.map((code) => this.#need(code, photo));
    const leave = textButton(t("commits.photo.leave-out"), "button quiet", () => this.#onLeaveOut(imageId));
    leave.setAttribute("aria-label", t("commits.photo.leave-out.named", { number }));
    return make("li", "", head, make("div", "record-needs", ...needs, leave));
  }

  /**
   * @param {string} code
   * @param {Photo} photo
   */
  #need(code, photo) {
    const { imageId, number } = photo;
    const words = missingWords(code);
    const { open } = this.#desk;
    const key = `${imageId} ${code}`;
    const field = FIELDS[code];
    if (code === "side-contradiction") return this.#contradiction(photo, key, words);
    if (!field || !open) return make("span", "badge warn", words);
    const button = textButton(words, "button", () => open(imageId, field));
    button.setAttribute("aria-label", t("commits.photo.need", { number, need: words }));
    button.dataset.key = key;
    return button;
  }

  /**
   * @param {Photo} photo
   * @param {string} key
   * @param {string} words
   */
  #contradiction(photo, key, words) {
    const { imageId } = photo;
    const box = make("input", "");
    box.type = "checkbox";
    box.checked = this.isConfirmed(photo);
    box.dataset.key = key;
    box.addEventListener("change", () => {
      if (box.checked) this.#confirmed.add(asItIs(photo));
      else this.#confirmed.delete(asItIs(photo));
    });
    const { open } = this.#desk;
    const see = open ? [textButton(t("commits.contradiction.see"), "button quiet", () => open(imageId, "notes"))] : [];
    return make("div", "record-contradiction", make("p", "", words), make("label", "check", box, t("commits.contradiction.right")), ...see);
  }
}

/** A photo, until its note or side changes. @param {Photo} photo */
function asItIs({ imageId, revision }) {
  return `${imageId} ${revision}`;
}
