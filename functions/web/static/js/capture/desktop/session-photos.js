/** The photos of a running session: in the grid, on the light table, and one of them opened. */
import { byId } from "../../shell/dom.js";
import { ArrivingPhotos, LATE_MS } from "./arriving.js";
import { PhotoEdits } from "./edits.js";
import { Gallery } from "./gallery.js";
import { URL_MARGIN_MS } from "./image-loader.js";
import { Images } from "./images.js";
import { LightTableLoader } from "./light-table-loader.js";
import { PreviewLoader } from "./preview-loader.js";
import { RecordSlot } from "./record-slot.js";

export class SessionPhotos {
  #api;
  #encounterId;
  #onNeedsList;
  #images = new Images();
  #arriving = new ArrivingPhotos();
  #lateTimer = 0;
  #urlTimer = 0;
  #peak = 0;
  #isListed = false;
  #stopped = false;
  #gallery;
  #preview;
  #table;
  #record;

  /**
   * @param {import("./api.js").CaptureApi} api
   * @param {import("./api.js").Encounter} encounter
   * @param {() => void} onNeedsList asks for a new list, and so for new download URLs
   */
  constructor(api, encounter, onNeedsList) {
    const { encounterId, patientName, patientNHI } = encounter;
    this.#api = api;
    this.#encounterId = encounterId;
    this.#onNeedsList = onNeedsList;
    const edits = new PhotoEdits(api, encounterId);
    const photos = () => this.#images.photos;
    this.#record = new RecordSlot(byId("photos-record"), {
      encounter,
      photos,
      hasConsent: () => this.#images.hasConsent,
      refresh: onNeedsList,
      open: (imageId, field) => void this.#preview.open(imageId, field),
    }, () => this.#draw());
    this.#gallery = new Gallery((imageId) => void this.#preview.open(imageId), onNeedsList, edits, this.#record);
    this.#preview = new PreviewLoader(
      {
        photos,
        save: (imageId, metadata) => this.#save(imageId, metadata),
        remove: (imageId) => this.#remove(imageId),
        refresh: onNeedsList,
        edits,
        closed: (imageId) => this.#gallery.focus(imageId),
      },
      [patientName, patientNHI].filter(Boolean).join(" · "),
      byId("photos-failure"),
    );
    this.#table = new LightTableLoader("grid", "photos-tools", {
      photos,
      describe: (imageId, change) => this.#save(imageId, change),
      arrange: (imageIds) => this.#arrange(imageIds),
      findEdits: (photo) => edits.find(photo),
      record: this.#record,
    });
    byId("photos-failure").hidden = true;
  }

  get size() {
    return this.#images.size;
  }

  /** As many as there were at most. */
  get peak() {
    return this.#peak;
  }

  /** Begins anew for another session of the encounter, which has new revisions. */
  begin() {
    this.#images = new Images();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#urlTimer);
    clearTimeout(this.#lateTimer);
    this.#preview.stop();
    this.#table.stop();
    this.#record.stop();
    this.#gallery.show([]);
  }

  /** @param {import("./images.js").List} list */
  applyList(list) {
    const { changed: moved, needsList } = this.#images.applyList(list);
    const changed = this.#arriving.applyList(list, Date.now()) || moved;
    // Drawn even when empty: every photo after that counts as new.
    this.#apply({ changed: changed || !this.#isListed, needsList });
    this.#isListed = true;
  }

  /** @param {import("./images.js").LiveMessage} message */
  applyMessage(message) {
    if (message.type === "image-arriving") return this.#onPreview(message);
    this.#record.onMessage(message);
    const gone = ["image-deleted", "image-refused"].includes(message.type) && this.#arriving.drop(message.imageId ?? "");
    const { changed, needsList } = this.#images.applyMessage(message);
    this.#apply({ changed: changed || gone, needsList });
  }

  /** @param {import("./arriving.js").Message} message */
  #onPreview(message) {
    if (!this.#arriving.put(message, Date.now())) return;
    this.#draw();
    clearTimeout(this.#lateTimer);
    this.#lateTimer = setTimeout(() => {
      this.#draw();
      this.#onNeedsList();
    }, LATE_MS);
  }

  /** @param {import("./images.js").ImagesUpdate} outcome */
  #apply({ changed, needsList }) {
    this.#peak = Math.max(this.#peak, this.#images.size);
    if (changed) this.#draw();
    this.#record.update();
    if (needsList) this.#onNeedsList();
    this.#scheduleUrlRefresh();
  }

  #draw() {
    const arriving = this.#arriving.list((imageId) => this.#images.knows(imageId), Date.now());
    this.#gallery.show(this.#images.photos, arriving, this.#images.order);
    this.#preview.update();
    this.#table.open(this.#images.size > 0);
  }

  /** Requests new download URLs before the first one expires. */
  #scheduleUrlRefresh() {
    clearTimeout(this.#urlTimer);
    const ends = this.#images.photos.filter((photo) => photo.downloadUrl).map((photo) => photo.expiresAt);
    if (!ends.length) return;
    const wait = Math.min(...ends) - URL_MARGIN_MS / 2 - Date.now();
    // Never faster than polling, so that short-lived URLs do not cause a request loop.
    this.#urlTimer = setTimeout(() => this.#onNeedsList(), Math.max(3_000, wait));
  }

  /**
   * @param {string} imageId
   * @param {import("../metadata.js").Change} change
   */
  async #save(imageId, change) {
    const answer = await this.#api.describe(this.#encounterId, imageId, change);
    if (!this.#stopped) this.#apply(this.#images.applyAnswer({ ...answer, imageId }));
  }

  /** @param {string[]} imageIds */
  async #arrange(imageIds) {
    try {
      this.#images.arrange(await this.#api.arrange(this.#encounterId, imageIds, this.#images.orderVersion));
    } catch (error) {
      this.#onNeedsList(); // perhaps somebody else was faster, and the next attempt replaces their order
      throw error;
    }
    if (!this.#stopped) this.#apply({ changed: true, needsList: false });
  }

  /** @param {string} imageId */
  async #remove(imageId) {
    await this.#api.remove(this.#encounterId, imageId);
    this.#images.remove(imageId);
    this.#apply({ changed: true, needsList: true });
  }
}
