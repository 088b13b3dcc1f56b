/**
 * The preview: one photo at full size, with its metadata form. Loaded with the first photo, so it may import only modules
 * without state of their own.
 */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { announce, byId, setText } from "../../shell/dom.js";
import { formatMoment } from "../../shell/format.js";
import { onward, t } from "../../shell/messages.js";
import { describe } from "../metadata.js";
import { ImageLoader } from "./image-loader.js";
import { MetadataForm } from "./metadata-form.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{photos: () => Photo[], save: (imageId: string, change: import("../metadata.js").Change) =>
 *   Promise<void>, remove: (imageId: string) => Promise<void>, refresh: () => void,
 *   edits: import("./edits.js").PhotoEdits, closed: (imageId: string) => void, reason: (error: unknown) => string,
 *   problem: (error: unknown) => import("../../shell/http.js").HttpProblem | null}} PreviewHandlers `reason` says why
 *   something failed, `problem` what the server said
 */

export class Preview {
  #handlers;
  #dialog = byId("preview", HTMLDialogElement);
  #image = byId("preview-image", HTMLImageElement);
  #picture;
  #details;
  #imageId = "";
  /** Index of the photo, to show its neighbour if it is deleted. */
  #place = 0;
  #stop = new AbortController();
  /** Photos that somebody may look at next. */
  #ahead = [new Image(), new Image()];
  /** Null until its script has been loaded. @type {import("./photo-desk.js").PhotoDesk | null} */
  #desk = null;

  /**
   * @param {PreviewHandlers} handlers
   * @param {string} patient shown, so that nothing is recorded for the wrong patient
   */
  constructor(handlers, patient) {
    this.#handlers = handlers;
    this.#picture = new ImageLoader(this.#image, byId("preview-figure"), () => handlers.refresh());
    this.#details = new MetadataForm((change) => handlers.save(this.#imageId, change), handlers.problem);
    setText("preview-patient", patient);
    byId("preview-patient").hidden = !patient;
    const { signal } = this.#stop;
    this.#image.addEventListener("load", () => this.#fetchNeighbours(), { signal });
    byId("preview-previous").addEventListener("click", () => void this.#step(-1), { signal });
    byId("preview-next").addEventListener("click", () => void this.#step(1), { signal });
    byId("preview-close").addEventListener("click", () => void this.#leave(), { signal });
    byId("preview-delete").addEventListener("click", () => void this.#delete(), { signal });
    byId("preview-reload").addEventListener("click", () => this.#reload(), { signal });
    this.#dialog.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && void this.#leave(), { signal });
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!this.#desk?.back()) void this.#leave();
    }, { signal });
  }

  stop() {
    this.#stop.abort();
    this.#details.stop();
    this.#desk?.stop();
    this.#close();
  }

  /** @param {string} imageId @param {string} [field] of the details, where somebody wants to go */
  open(imageId, field) {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#show(imageId);
    const place = byId(field ?? "preview-title");
    // A choice is a group of radio buttons.
    (place.querySelector("input") ?? place).focus();
    void this.#equip();
  }

  /** Loads the photo's tools. */
  async #equip() {
    if (this.#desk) return;
    try {
      const { PhotoDesk } = await import("./photo-desk.js");
      if (this.#desk || this.#stop.signal.aborted) return;
      const places = { dialog: this.#dialog, figure: byId("preview-figure"), image: this.#image, tools: byId("preview-tools") };
      const { photos, refresh, edits } = this.#handlers;
      const find = (/** @type {import("./edits.js").Version} */ photo) => edits.find(photo);
      this.#desk = new PhotoDesk(places, { photos, refresh, edits: { find, of: (imageId) => edits.of(imageId) } });
      this.update();
    } catch {
      // Without a connection: the photo and its details are there, and the next photo that is opened tries again.
    }
  }

  /** Follows the open photo after the list has changed, or leaves it if it is gone. */
  update() {
    if (!this.#dialog.open) return;
    const photos = this.#handlers.photos();
    const place = photos.findIndex((photo) => photo.imageId === this.#imageId);
    if (place >= 0) return this.#draw(photos, place);
    announce(t("capture.photo.gone"));
    const neighbour = photos[Math.max(this.#place - 1, 0)];
    if (neighbour) this.#show(neighbour.imageId);
    else this.#close();
  }

  /** @param {string} imageId */
  #show(imageId) {
    const photos = this.#handlers.photos();
    const place = photos.findIndex((photo) => photo.imageId === imageId);
    const photo = photos[place];
    if (!photo) return;
    this.#imageId = imageId;
    this.#picture.reset();
    this.#details.fill(photo.metadata);
    this.#draw(photos, place);
  }

  /**
   * @param {Photo[]} photos
   * @param {number} place
   */
  #draw(photos, place) {
    const photo = photos[place];
    this.#place = place;
    this.#picture.show(photo);
    this.#details.update(photo.metadata);
    const words = photo.committed ? t("capture.record.committed") : photo.commitId ? t("capture.record.committing") : "";
    this.#details.close(words);
    byId("preview-delete").hidden = Boolean(words);
    this.#desk?.show(photo);
    const { number } = photo;
    const where = describe(photo.metadata);
    this.#image.alt = where ? t("capture.photo.where", { number, where }) : t("capture.photo.bare", { number });
    setText("preview-title", t("capture.photo", { number }));
    setText("preview-time", [...whenTaken(photo), t("capture.photo.place", { place: place + 1, total: photos.length })].join(" · "));
    byId("preview-previous", HTMLButtonElement).disabled = place === 0;
    byId("preview-next", HTMLButtonElement).disabled = place === photos.length - 1;
  }

  /** Loads the photos before and after this one. */
  #fetchNeighbours() {
    const photos = this.#handlers.photos();
    const urls = [this.#place + 1, this.#place - 1].flatMap((place) => photos[place]?.downloadUrl ?? []);
    this.#ahead.forEach((image, place) => (image.src = urls[place] ?? image.src));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowLeft: -onward, ArrowRight: onward }[event.key];
    // In a form field, keys belong to the field.
    const inField = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (inField) return;
    if (this.#desk?.key(event)) return event.preventDefault();
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.#step(step);
  }

  /** @param {number} by */
  async #step(by) {
    const target = this.#handlers.photos()[this.#place + by];
    if (!target || !(await this.#mayLeave())) return;
    this.#show(target.imageId);
    // The button may just have been disabled, which loses the focus.
    if (document.activeElement === document.body || document.activeElement === this.#dialog) byId("preview-title").focus();
  }

  async #leave() {
    if (await this.#mayLeave()) this.#close();
  }

  #close() {
    if (!this.#dialog.open) return;
    this.#dialog.close();
    this.#picture.reset();
    this.#handlers.closed(this.#imageId);
  }

  /** @returns {Promise<boolean>} */
  async #mayLeave() {
    const [details, edits] = [this.#details.changed, this.#desk?.changed ?? false];
    const both = details && edits ? t("capture.leave.both") : "";
    const text = both || (details ? t("capture.leave.details") : edits ? t("capture.leave.edits") : "");
    const leaves = !text || await confirmDialog({
      title: t("capture.leave"),
      text,
      yes: t("capture.leave.yes"),
    });
    if (leaves) this.#desk?.discard();
    return leaves;
  }

  async #delete() {
    const imageId = this.#imageId;
    const photo = this.#handlers.photos()[this.#place];
    await confirmDialog({
      title: t("capture.photo.delete.sure", { number: photo?.number ?? "" }),
      text: t("capture.photo.delete.text"),
      yes: t("capture.photo.delete"),
      failed: (error) => t("capture.photo.delete.failed", { reason: this.#handlers.reason(error) }),
      act: () => this.#handlers.remove(imageId),
    });
  }

  #reload() {
    this.#picture.reset();
    this.#handlers.refresh();
    this.update();
  }
}

/** @param {Photo} photo @returns {string[]} */
function whenTaken({ takenAt, uploadedAt }) {
  if (!takenAt) return [];
  const [taken, received] = [formatMoment(takenAt), formatMoment(uploadedAt)];
  const told = t("capture.photo.taken", { when: taken });
  return uploadedAt && received !== taken ? [told, t("capture.photo.received", { when: received })] : [told];
}
