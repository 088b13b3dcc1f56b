/**
 * The photos of one session, merged from complete lists and from live messages that may be late, repeated, reordered or
 * lost. Pure: no network, no clock, no page.
 *
 * Every change in a session has a revision. A list is complete up to its revision; a message describes one photo at its
 * revision. So the higher revision wins, a deletion is final, and a message that cannot be placed requires a new list.
 *
 * @typedef {import("../metadata.js").Metadata} Metadata
 * @typedef {Omit<import("openapi").ImageDocument, "downloadUrl"> & {downloadUrl: string | null}} Photo `downloadUrl`
 *   null: only a live message has told of it so far
 * @typedef {Photo & {number: number}} NumberedPhoto
 * @typedef {{images: (Partial<Photo> & {imageId: string, sequence: number})[], sequence: number, revision: number,
 *   sessionCreatedAt: number | null, lastActivity?: number | null, patientId?: string | null,
 *   facilityId?: string | null, unsentPhotos?: number | null, damagedImages?: number, codeSeries?: number,
 *   phones?: import("openapi").PhoneDocument[],
 *   consent?: import("../consent.js").Consent | null,
 *   order?: string[] | null, orderVersion?: number | null, state?: "open" | "ended" | null, endedAt?: number | null, photoRetentionDays?: number | null,
 *   patient?: import("openapi").SessionPatientDocument}} List
 * @typedef {{type: string, encounterId?: string, imageId?: string, s3Key?: string, metadata?: Metadata | null,
 *   sequence?: number, takenAt?: number, takenOrder?: number, editsVersion?: number, commitId?: string,
 *   status?: import("openapi").FileDocument["status"], warnings?: string[], documentId?: string, error?: string,
 *   revision?: number, timestamp?: number, order?: string[], orderVersion?: number}} LiveMessage
 * @typedef {{changed: boolean, needsList: boolean}} ImagesUpdate
 */

export class Images {
  /** @type {Map<string, Photo>} */
  #photos = new Map();
  /** Ids that were deleted; never forgotten, so that nothing late brings them back. @type {Set<string>} */
  #deleted = new Set();
  /** Revision of the newest list applied. */
  #listed = -1;
  /** The ids of photos that clinicians have put in an order. @type {string[]} */
  order = [];
  /** How often they have. */
  orderVersion = 0;
  /** Whether consent to photography is recorded, which stays so. */
  hasConsent = false;
  /** Highest revision received without a gap below it, or through a list. */
  #seen = 0;

  /**
   * The photos in the order in which they were taken, numbered accordingly. The numbers in use are those of arrival; a
   * deletion frees the one that the photo was shown with, so that the others keep theirs.
   * @returns {NumberedPhoto[]}
   */
  get photos() {
    const photos = [...this.#photos.values()].sort(
      (a, b) => a.takenAt - b.takenAt || a.takenOrder - b.takenOrder || a.sequence - b.sequence,
    );
    const numbers = photos.map(({ sequence }) => sequence).sort((a, b) => a - b);
    return photos.map((photo, place) => ({ ...photo, number: numbers[place] }));
  }

  get size() {
    return this.#photos.size;
  }

  /** @param {string} imageId */
  get(imageId) {
    return this.#photos.get(imageId);
  }

  /** Whether a photo is here, or was deleted. @param {string} imageId */
  knows(imageId) {
    return this.#photos.has(imageId) || this.#deleted.has(imageId);
  }

  /**
   * @param {List} list
   * @returns {ImagesUpdate}
   */
  applyList(list) {
    // A newer list has arrived before this one.
    if (list.revision < this.#listed) return { changed: false, needsList: false };
    this.#listed = list.revision;
    this.#seen = Math.max(this.#seen, list.revision);
    this.hasConsent ||= Boolean(list.consent);
    let changed = this.arrange(list);
    const listed = new Set();
    for (const image of list.images) {
      listed.add(image.imageId);
      if (this.#put(image, image.revision ?? list.revision)) changed = true;
    }
    for (const photo of this.#photos.values()) {
      // Not in the list and not newer than it: deleted. No tombstone, since a later list may contain it again.
      if (!listed.has(photo.imageId) && photo.revision <= list.revision) {
        this.#photos.delete(photo.imageId);
        changed = true;
      }
    }
    return { changed, needsList: false };
  }

  /**
   * @param {LiveMessage} message
   * @returns {ImagesUpdate}
   */
  applyMessage(message) {
    const { imageId, revision = 0 } = message;
    if (message.type === "images-arranged") {
      if (revision <= this.#listed) return { changed: false, needsList: false };
      return { changed: this.arrange(message), needsList: this.#noteRevision(revision) };
    }
    if (typeof imageId !== "string" || !message.type.startsWith("image-")) return { changed: false, needsList: false };
    if (message.type === "image-deleted") {
      const needsList = this.#noteRevision(revision);
      return { changed: this.remove(imageId, revision), needsList };
    }
    if (message.type === "image-refused") {
      // It arrived damaged. No tombstone: the phone may send it again.
      this.#noteRevision(revision);
      const older = (this.#photos.get(imageId)?.revision ?? Infinity) < revision;
      return { changed: older && this.#photos.delete(imageId), needsList: true };
    }
    if (this.#deleted.has(imageId)) return { changed: false, needsList: this.#noteRevision(revision) };
    // Older than the list, yet not in it: deleted since, or the list was read too early. Only a new list can decide.
    if (revision <= this.#listed && !this.#photos.has(imageId)) return { changed: false, needsList: true };
    const gap = this.#noteRevision(revision);
    const changed = this.#put(
      {
        imageId,
        sequence: message.sequence ?? 0,
        takenAt: message.takenAt,
        takenOrder: message.takenOrder,
        editsVersion: message.editsVersion,
        ...(message.s3Key ? { s3Key: message.s3Key } : {}),
        ...(message.metadata ? { metadata: message.metadata } : {}),
        ...(message.timestamp && message.type === "image-uploaded" ? { uploadedAt: message.timestamp } : {}),
      },
      revision,
    );
    // Messages carry no download URL: a new photo is shown once a list has provided it.
    return { changed, needsList: gap || !this.#photos.get(imageId)?.downloadUrl };
  }

  /**
   * Applies the response to an edit.
   * @param {Partial<Photo> & {imageId: string, sequence: number}} image
   * @returns {ImagesUpdate}
   */
  applyAnswer(image) {
    const revision = image.revision ?? this.#photos.get(image.imageId)?.revision ?? 0;
    const needsList = this.#noteRevision(revision);
    return { changed: this.#put(image, revision), needsList };
  }

  /**
   * Removes a photo for good.
   * @param {string} imageId
   * @param {number} [revision] of the deletion, if known
   * @returns {boolean} whether it was there
   */
  remove(imageId, revision = 0) {
    this.#deleted.add(imageId);
    const photo = this.photos.find((one) => one.imageId === imageId);
    // As on the server: whichever photo had arrived with the number takes over that of the deleted one.
    const heir = [...this.#photos.values()].find(({ sequence }) => sequence === photo?.number);
    if (photo && heir) {
      heir.sequence = photo.sequence;
      heir.revision = Math.max(heir.revision, revision);
    }
    return this.#photos.delete(imageId);
  }

  /**
   * @param {{order?: string[] | null, orderVersion?: number | null}} arrangement
   * @returns {boolean} whether it is another one
   */
  arrange({ order, orderVersion }) {
    const changed = (order ?? []).join() !== this.order.join();
    this.order = order ?? [];
    this.orderVersion = orderVersion ?? 0;
    return changed;
  }

  /**
   * @param {number} revision
   * @returns {boolean} whether earlier changes are missing
   */
  #noteRevision(revision) {
    if (revision <= this.#seen) return false;
    const gap = revision > this.#seen + 1;
    // After a gap the counter stays, so that every message requires a list until one has closed the gap.
    if (!gap) this.#seen = revision;
    return gap;
  }

  /**
   * @param {Partial<Photo> & {imageId: string, sequence: number}} image
   * @param {number} revision
   * @returns {boolean} whether anything that is shown changed
   */
  #put(image, revision) {
    if (this.#deleted.has(image.imageId)) return false;
    const before = this.#photos.get(image.imageId);
    const newer = !before || revision >= before.revision;
    const facts = newer ? image : before;
    // A URL's age is independent of the photo's revision: use the one that expires last.
    const fresher = image.downloadUrl && (image.expiresAt ?? 0) >= (before?.expiresAt ?? 0);
    /** @type {Photo} */
    const after = {
      imageId: image.imageId,
      s3Key: facts.s3Key ?? before?.s3Key ?? "",
      metadata: facts.metadata ?? before?.metadata ?? {},
      uploadedAt: facts.uploadedAt ?? before?.uploadedAt ?? 0,
      takenAt: facts.takenAt ?? before?.takenAt ?? facts.uploadedAt ?? 0,
      takenOrder: facts.takenOrder ?? before?.takenOrder ?? 0,
      sequence: facts.sequence || before?.sequence || 0,
      editsVersion: facts.editsVersion ?? before?.editsVersion ?? 0,
      revision: newer ? revision : before.revision,
      kept: facts.kept ?? before?.kept ?? false,
      vanishesAt: facts.vanishesAt ?? null,
      // Only lists say so.
      commitId: facts.commitId === undefined ? (before?.commitId ?? null) : facts.commitId,
      committed: facts.committed ?? before?.committed ?? false,
      failedCommitId: facts.commitId === undefined ? before?.failedCommitId : facts.failedCommitId,
      downloadUrl: (fresher ? image.downloadUrl : before?.downloadUrl) ?? null,
      expiresAt: (fresher ? image.expiresAt : before?.expiresAt) ?? 0,
    };
    this.#photos.set(image.imageId, after);
    return !before || JSON.stringify(before) !== JSON.stringify(after);
  }
}
