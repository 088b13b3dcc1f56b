/** The photos of one session on this phone, in the order they were taken. Dispatches "change" whenever one changes. */

import { HttpProblem } from "../../shell/http.js";
import * as api from "./api.js";
import { remove } from "../upload/api.js";
import { isComplete } from "../upload/completeness.js";
import { fit } from "../upload/limits.js";
import { sha256 } from "../upload/sha256.js";
import { takenAt as exifOrFileTime } from "../upload/taken.js";
import { link } from "../upload/transfer.js";
import { createDraft, isUnsent } from "./photo.js";
import { damaged, tooMany, unreadable } from "./refusals.js";
import { serverTime } from "./session.js";

/**
 * @typedef {import("./photo.js").Photo} Photo
 * @typedef {import("./session.js").Session} Session
 */

export class PhotoQueue extends EventTarget {
  /** Every photo that is not deleted. @type {Photo[]} */
  photos = [];
  /** Deleted here, but not yet on the server. @type {Photo[]} */
  removing = [];
  preparing = 0;
  #lastInstant = 0;
  /** @type {Promise<unknown>} */
  #prepared = Promise.resolve();
  #closed = false;
  /** @type {WeakMap<Photo, string>} */
  #urls = new WeakMap();

  /**
   * @param {Session} session
   * @param {import("./store.js").Store} store
   * @param {import("../upload/compressor.js").Compressor} compressor
   */
  constructor(session, store, compressor) {
    super();
    this.session = session;
    this.store = store;
    this.compressor = compressor;
  }

  async load() {
    const kept = await this.store.photosOf(this.session.key);
    this.photos = kept.filter((photo) => photo.phase !== "removing");
    this.removing = kept.filter((photo) => photo.phase === "removing");
    this.#lastInstant = kept.at(-1)?.addedAt ?? 0;
    this.sendDeletions();
  }

  get unsent() {
    return this.photos.filter(isUnsent);
  }

  /** Photos that nobody has pressed "Send" for. */
  get drafts() {
    return this.photos.filter(({ phase }) => phase === "draft");
  }

  get sent() {
    return this.photos.filter(({ phase }) => phase === "sent");
  }

  /** Photos in the session: the server's count, plus those waiting or being prepared here. */
  get used() {
    return Math.min(this.session.maxImages, this.session.imageCount + this.unsent.length + this.preparing);
  }

  /**
   * Prepares and stores new photos.
   * @param {readonly File[]} files
   * @param {((photo: Photo) => void) | null} [onReady] called with each, whatever the others still need
   * @returns {Promise<string[]>} messages about files that were not added
   */
  async add(files, onReady = null) {
    const { take, over } = fit(files.length, this.used, this.session.maxImages);
    const messages = over ? [tooMany(over, this.session.maxImages)] : [];
    this.preparing += take;
    this.changed();
    const preparing = files.slice(0, take).map((file) => this.#prepare(file, this.#nextInstant(), onReady));
    this.#prepared = Promise.all([this.#prepared, ...preparing]);
    const outcomes = await Promise.all(preparing);
    return messages.concat(outcomes.filter((message) => message !== null));
  }

  /** Resolves once no photo is being prepared. */
  async settled() {
    while (this.preparing > 0) await this.#prepared;
  }

  /** An instant by the server's clock that no other photo of this queue has, so that their order is known. */
  #nextInstant() {
    return (this.#lastInstant = Math.max(serverTime(this.session), this.#lastInstant + 1));
  }

  /**
   * @param {File} file
   * @param {number} now
   * @param {((photo: Photo) => void) | null} onReady
   */
  async #prepare(file, now, onReady) {
    const id = crypto.randomUUID();
    let begun = false;
    try {
      // A file that cannot be read twice must not cost the photo.
      const offset = this.session.clockOffset ?? 0;
      const time = exifOrFileTime(file, now - offset).catch(() => now - offset);
      if (!(await isComplete(file).catch(() => true))) return damaged(file.name);
      const taken = time.then((at) => Math.round(at + offset));
      const show = async (/** @type {Blob} */ preview) => {
        begun = true; // from here on the server may know this photo
        await api.sendPreview(this.session, { id, takenAt: await taken, addedAt: now }, preview);
      };
      // Nothing of a photo that is to be reviewed leaves the phone before that.
      const { sendAtOnce, uploadToken } = this.session;
      const onPreview = sendAtOnce && uploadToken ? (/** @type {Blob} */ preview) => void show(preview).catch(() => {}) : null;
      const blob = await this.compressor.compress(file, link.rate, onPreview);
      const takenAt = await taken;
      const bytes = await blob.arrayBuffer();
      const made = { id, begun, sessionKey: this.session.key, blob, takenAt, sha256: await sha256(bytes) };
      const photo = createDraft({ ...made, now });
      if (this.#closed) return null; // the session ended meanwhile: nothing of it stays here
      await this.store.putPhoto(photo, bytes);
      this.photos.push(photo);
      onReady?.(photo);
      return null;
    } catch {
      if (begun) remove(this.session, id).catch(() => {});
      return unreadable(file.name);
    } finally {
      this.preparing -= 1;
      this.changed();
    }
  }

  /** Changes and stores a photo. @param {Photo} photo @param {Partial<Photo>} change */
  async update(photo, change) {
    Object.assign(photo, change);
    this.changed();
    if (this.photos.includes(photo) && isUnsent(photo)) await this.store.putPhoto(photo);
  }

  /** @param {Photo} photo @param {number} share from 0 to 1 */
  setProgress(photo, share) {
    photo.progress = share;
    this.changed();
  }

  /**
   * Deletes a photo here, and on the server if it may be there.
   * @param {Photo} photo
   */
  async remove(photo) {
    const begun = photo.begun;
    await this.drop(photo, begun);
    if (!begun) return;
    const ghost = { ...photo, phase: /** @type {const} */ ("removing"), blob: null };
    this.removing.push(ghost);
    await this.store.putPhoto(ghost);
    await this.store.dropBytes(photo.id);
    this.sendDeletions();
  }

  /** Sends pending deletions to the server; failed ones are sent again on the next load or wake. */
  sendDeletions() {
    if (!this.session.uploadToken) return; // wait for a new code
    for (const ghost of [...this.removing]) {
      remove(this.session, ghost.id)
        .then(({ imageCount }) => this.updateCount({ imageCount, sequence: Infinity }))
        .catch((error) => {
          if (!(error instanceof HttpProblem) || error.status !== 404) throw error;
        })
        .then(async () => {
          this.removing = this.removing.filter((other) => other !== ghost);
          await this.store.dropPhoto(ghost.id);
          if (!this.#closed) await this.store.putSession(this.session);
        })
        .catch(() => {});
    }
  }

  /**
   * @param {Photo} photo
   * @param {boolean} [keepRecord]
   */
  async drop(photo, keepRecord = false) {
    this.photos = this.photos.filter((other) => other !== photo);
    this.#revoke(photo);
    this.changed();
    if (!keepRecord) await this.store.dropPhoto(photo.id);
  }

  clearSent() {
    for (const photo of this.photos) if (photo.phase === "sent") this.#revoke(photo);
    this.photos = this.unsent;
    this.changed();
  }

  close() {
    this.#closed = true;
    for (const photo of this.photos) this.#revoke(photo);
    this.photos = [];
  }

  /**
   * Takes the server's count, unless a later one is known: parallel responses may arrive out of order.
   * @param {{imageCount: number, sequence: number}} answer sequence Infinity: later than all others
   */
  updateCount({ imageCount, sequence }) {
    const { session } = this;
    if (sequence === Infinity) session.imageCount = imageCount;
    else if (sequence > session.countedAt) Object.assign(session, { imageCount, countedAt: sequence });
    session.usedAt = serverTime(session);
    this.changed();
  }

  /** The address of a photo's picture. @param {Photo} photo */
  urlOf(photo) {
    let url = this.#urls.get(photo);
    if (!url && photo.blob) this.#urls.set(photo, (url = URL.createObjectURL(photo.blob)));
    return url ?? "";
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Photo} photo */
  #revoke(photo) {
    const url = this.#urls.get(photo);
    if (url) URL.revokeObjectURL(url);
    this.#urls.delete(photo);
  }
}
