/** A photo of an ended session, with how long it stays, and a button that keeps it. */
import { make } from "../../shell/dom.js";
import { formatMoment } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { PhotoCard } from "./photo-card.js";

export class EndedCard {
  #card;
  #stay = make("span", "small muted");
  #button = make("button", "button");
  #kept = false;
  element;

  /**
   * @param {string} imageId
   * @param {{open: (imageId: string) => void, refresh: () => void, keep: (imageId: string, kept: boolean) =>
   *   Promise<void>}} handlers
   * @param {import("./edits.js").PhotoEdits} edits
   */
  constructor(imageId, handlers, edits) {
    this.#card = new PhotoCard(imageId, handlers.open, handlers.refresh, edits);
    this.#button.type = "button";
    this.#button.addEventListener("click", async () => {
      this.#button.disabled = true;
      await handlers.keep(imageId, !this.#kept);
      this.#button.disabled = false;
      this.#button.focus();
    });
    this.element = this.#card.element;
    this.element.append(make("div", "photo-stay", this.#stay, this.#button));
  }

  /**
   * @param {import("./images.js").NumberedPhoto} photo
   * @param {Node | null} line of the patient’s record
   */
  show(photo, line) {
    this.#card.show(photo);
    this.#card.showLine(line);
    this.#kept = photo.kept;
    this.#stay.textContent = photo.commitId ? t("capture.record.committing") : stay(photo);
    const { kept, number } = photo;
    this.#button.textContent = kept ? t("capture.ended.release") : t("capture.ended.keep");
    this.#button.setAttribute("aria-label", kept ? t("capture.ended.release.photo", { number }) : t("capture.ended.keep.photo", { number }));
    this.#button.hidden = photo.vanishesAt === null;
  }

  focus() {
    this.element.querySelector("button")?.focus();
  }
}

/**
 * @param {{kept: boolean, vanishesAt: number | null}} photo
 * @returns {string} until when it stays
 */
export function stay({ kept, vanishesAt }) {
  if (vanishesAt === null) return t("capture.ended.in-record");
  if (vanishesAt <= Date.now()) return t("capture.ended.within-minutes");
  const when = formatMoment(vanishesAt);
  return kept ? t("capture.ended.kept-until", { when }) : t("capture.ended.vanishes", { when });
}
