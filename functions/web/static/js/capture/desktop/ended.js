/** The view of an ended session: its photos, each with when it vanishes, until somebody opens the session again. */
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { arranged } from "./arrangement.js";
import { LightTableLoader } from "./light-table-loader.js";
import { PhotoEdits } from "./edits.js";
import { EndedCard, stay } from "./ended-card.js";
import { Images } from "./images.js";
import { clearPatient, drawPatient } from "./patient-bar.js";
import { PreviewLoader } from "./preview-loader.js";
import { RecordSlot } from "./record-slot.js";

/** @typedef {import("./api.js").Encounter} Encounter */

/** How often the list is read again: photos vanish, and late ones arrive. In milliseconds. */
const REFRESH_MS = 60_000;

export class EndedView {
  #api;
  #encounter;
  #images = new Images();
  /** @type {Map<string, EndedCard>} */
  #cards = new Map();
  #stopped = false;
  /** The patient's in the directory. */
  #recordId = "";
  #timer = 0;
  #preview;
  #edits;
  #table;
  #record;

  /**
   * @param {import("./api.js").CaptureApi} api
   * @param {Encounter} encounter
   * @param {number} count of the photos that were seen to arrive, until the list is there
   * @param {import("./images.js").List} [list] if it is known
   */
  constructor(api, encounter, count, list) {
    this.#api = api;
    this.#encounter = encounter;
    void drawPatient(encounter);
    byId("ended-grid").replaceChildren();
    byId("ended-grid").hidden = true;
    byId("ended-failure").hidden = true;
    setText("ended-text", summary(count));
    this.#edits = new PhotoEdits(api, encounter.encounterId);
    this.#preview = new PreviewLoader(
      {
        photos: () => this.#images.photos,
        save: (imageId, metadata) => this.#save(imageId, metadata),
        remove: (imageId) => this.#remove(imageId),
        refresh: () => void this.#refresh(),
        edits: this.#edits,
        closed: (imageId) => this.#cards.get(imageId)?.focus(),
      },
      [encounter.patientName, encounter.patientNHI].filter(Boolean).join(" · "),
      byId("ended-failure"),
    );
    const photos = () => this.#images.photos;
    this.#record = new RecordSlot(byId("ended-record"), {
      encounter,
      photos,
      hasConsent: () => this.#images.hasConsent,
      refresh: () => void this.#refresh(),
      open: (imageId, field) => void this.#preview.open(imageId, field),
    }, () => this.#draw());
    this.#table = new LightTableLoader("ended-grid", "ended-tools", {
      photos,
      describe: (imageId, change) => this.#save(imageId, change),
      arrange: (imageIds) => this.#arrange(imageIds),
      findEdits: (photo) => this.#edits.find(photo),
      record: this.#record,
    });
    if (list) this.#apply(list);
    else void this.#refresh();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#preview.stop();
    this.#table.stop();
    this.#record.stop();
    byId("ended-grid").replaceChildren();
    clearPatient();
  }

  async #refresh() {
    clearTimeout(this.#timer);
    try {
      const list = await this.#api.list(this.#encounter.encounterId);
      if (!this.#stopped) this.#apply(list);
    } catch (error) {
      if (!this.#stopped) this.#fail(t("capture.ended.photos-failed", { reason: errorMessage(error) }));
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#refresh(), REFRESH_MS);
  }

  /** @param {import("./images.js").List} list */
  #apply(list) {
    byId("ended-failure").hidden = true;
    const { recordId } = list.patient ?? {};
    if (recordId && recordId !== this.#recordId) void drawPatient(this.#encounter, (this.#recordId = recordId));
    this.#images.applyList(list);
    this.#draw();
    this.#record.update();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), REFRESH_MS);
  }

  #draw() {
    const photos = arranged([...this.#images.photos].reverse(), this.#images.order);
    setText("ended-text", summary(photos.length));
    const grid = byId("ended-grid");
    const present = new Set(photos.map(({ imageId }) => imageId));
    for (const [imageId, card] of this.#cards) {
      if (present.has(imageId)) continue;
      card.element.remove();
      this.#cards.delete(imageId);
    }
    photos.forEach((photo, place) => {
      let card = this.#cards.get(photo.imageId);
      if (!card) {
        card = new EndedCard(photo.imageId, {
          open: (imageId) => void this.#preview.open(imageId),
          refresh: () => void this.#refresh(),
          keep: (imageId, kept) => this.#keep(imageId, kept),
        }, this.#edits);
        this.#cards.set(photo.imageId, card);
      }
      card.show(photo, this.#record.line(photo));
      if (grid.children[place] !== card.element) grid.insertBefore(card.element, grid.children[place] ?? null);
    });
    grid.hidden = photos.length === 0;
    this.#preview.update();
    this.#table.open(photos.length > 0);
  }

  /** @param {string[]} imageIds */
  async #arrange(imageIds) {
    try {
      this.#images.arrange(await this.#api.arrange(this.#encounter.encounterId, imageIds, this.#images.orderVersion));
    } catch (error) {
      void this.#refresh(); // as in an open session
      throw error;
    }
    if (!this.#stopped) this.#draw();
  }

  /**
   * @param {string} imageId
   * @param {boolean} kept
   */
  async #keep(imageId, kept) {
    byId("ended-failure").hidden = true;
    try {
      const answer = await this.#api.keep(this.#encounter.encounterId, imageId, kept);
      if (this.#stopped) return;
      this.#images.applyAnswer({ ...answer, imageId });
      this.#draw();
      announce(`${stay(answer)}.`);
    } catch (error) {
      if (this.#stopped) return;
      const reason = errorMessage(error);
      this.#fail(kept ? t("capture.ended.not-kept", { reason }) : t("capture.ended.still-kept", { reason }));
    }
  }

  /**
   * @param {string} imageId
   * @param {import("../metadata.js").Change} change
   */
  async #save(imageId, change) {
    const answer = await this.#api.describe(this.#encounter.encounterId, imageId, change);
    if (this.#stopped) return;
    this.#images.applyAnswer({ ...answer, imageId });
    this.#draw();
  }

  /** @param {string} imageId */
  async #remove(imageId) {
    await this.#api.remove(this.#encounter.encounterId, imageId);
    this.#images.remove(imageId);
    if (!this.#stopped) this.#draw();
  }

  /** @param {string} text */
  #fail(text) {
    const notice = byId("ended-failure");
    notice.textContent = text;
    notice.hidden = false;
  }
}

/** @param {number} count */
function summary(count) {
  return count ? t("capture.ended.some", { count }) : t("capture.ended.none");
}
