/**
 * What the desktop's page does with the patient's record: photos are committed, and followed until they are there. Loaded
 * with the first photo, so it may import only modules without state of their own.
 */
import { announce } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { bundleOf } from "./bundle.js";
import { CommitCalls } from "./calls.js";
import { RecordFiles } from "./files.js";
import { fileLine } from "./line.js";
import { Panel } from "./panel.js";
import { Progress } from "./progress.js";

/**
 * @typedef {import("../desk.js").Desk} Desk
 * @typedef {import("../desk.js").Photo} Photo
 * @typedef {import("../desk.js").Work} Work
 * @typedef {import("./files.js").RecordFile} RecordFile
 */

/** Pauses before a commit is read again, in milliseconds: live messages are faster, if there are any. */
const PAUSES_MS = [2_000, 3_000, 5_000, 10_000, 15_000];

/** @param {Desk} desk @returns {Work} */
export function openRecord(desk) {
  return new RecordWork(desk);
}

class RecordWork {
  #desk;
  #calls;
  #files = new RecordFiles();
  /** @type {import("openapi").CapabilitiesDocument | null} */
  #record = null;
  /** Commits that have failed, and were read. @type {Set<string>} */
  #recalled = new Set();
  #asking = false;
  #timer = 0;
  #polls = 0;
  #stopped = false;
  /** Lines by photo, each with what it says: one that says the same stays. @type {Map<string, {key: string, node: Node}>} */
  #lines = new Map();
  #panel;
  #progress;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.#calls = new CommitCalls(desk.call, desk.encounter.encounterId);
    const took = (/** @type {string} */ commitId, /** @type {import("openapi").FileDocument[]} */ files) => this.#take(commitId, files);
    this.#panel = new Panel(desk, this.#calls, took, () => this.#draw());
    this.#progress = new Progress(desk, this.#calls, took);
    desk.panel.append(this.#panel.element, this.#progress.element);
    this.update();
  }

  /** @param {number} chosen */
  button(chosen) {
    if (!this.#record?.target) return null;
    const left = this.#desk.photos().filter(({ imageId }) => !this.#files.isTaken(imageId)).length;
    if (!left && !chosen) return null;
    const text = chosen ? t("commits.commit.chosen") : t("commits.commit", { count: left });
    return { text, disabled: this.#panel.isOpen };
  }

  /** @param {Photo[]} photos */
  commit(photos) {
    if (!this.#record?.target) return;
    const open = photos.filter(({ imageId }) => !this.#files.isTaken(imageId));
    if (!open.length) return announce(t("commits.nothing"));
    this.#panel.open(open.map(({ imageId }) => imageId), this.#record);
    this.#draw();
  }

  /** @param {Photo} photo */
  line({ imageId, number }) {
    const file = this.#files.get(imageId);
    if (!file) return null;
    const byHand = this.#record?.target === "download";
    const key = JSON.stringify([file, byHand]);
    const before = this.#lines.get(imageId);
    if (before?.key === key) return before.node;
    const bundle = byHand && file.status === "committed" ? bundleOf(number, () => this.#calls.bundle(imageId)) : null;
    const node = fileLine(file, () => this.#progress.focus(imageId), bundle);
    this.#lines.set(imageId, { key, node });
    return node;
  }

  update() {
    if (!this.#record) void this.#ask();
    for (const photo of this.#desk.photos()) {
      const { imageId, commitId, committed, failedCommitId } = photo;
      const known = this.#files.get(imageId);
      if (committed && known?.status !== "committed") this.#take("", [{ imageId, status: "committed", warnings: [] }]);
      else if (commitId && known?.commitId !== commitId) this.#take(commitId, [{ imageId, status: "committing", warnings: [] }]);
      else if (failedCommitId && !known) void this.#recall(failedCommitId);
    }
    this.#draw();
  }

  /** @param {import("../desk.js").Message} message */
  onMessage({ type, imageId, commitId, status, warnings = [], documentId, error }) {
    if (type !== "image-committed" || !imageId || !commitId || !status) return;
    this.#take(commitId, [{ imageId, status, warnings, ...(documentId && { documentId }), ...(error && { error }) }]);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#record = await this.#calls.capabilities();
      if (!this.#stopped) this.#draw();
    } catch {
      // The next list asks again; until then there is no button.
    }
    this.#asking = false;
  }

  /**
   * @param {string} commitId
   * @param {import("openapi").FileDocument[]} files
   */
  #take(commitId, files) {
    if (this.#stopped) return;
    const before = new Map(files.map(({ imageId }) => [imageId, this.#files.get(imageId)?.status]));
    if (!this.#files.put(commitId, files)) return;
    for (const { imageId, status } of files) {
      const number = this.#numberOf(imageId);
      if (status === before.get(imageId) || !number) continue;
      if (status === "committed" && before.get(imageId)) announce(this.#record?.target === "download" ? t("commits.told.stored", { number }) : t("commits.told.committed", { number }));
      if (status === "failed" || status === "unknown") announce(t("commits.told.failed", { number }));
      // It changes no more, or may be changed again: the list says so.
      if (status !== "committing" && before.get(imageId)) this.#desk.refresh();
    }
    this.#draw();
    this.#follow();
  }

  /**
   * Finds out what went wrong before this page was opened.
   * @param {string} commitId
   */
  async #recall(commitId) {
    if (this.#recalled.has(commitId)) return;
    this.#recalled.add(commitId);
    try {
      const { files } = await this.#calls.get(commitId);
      const failed = new Set(this.#desk.photos().filter(({ failedCommitId }) => failedCommitId === commitId).map(({ imageId }) => imageId));
      this.#take(commitId, files.filter(({ imageId, status }) => status === "failed" && failed.has(imageId) && !this.#files.get(imageId)));
    } catch {
      // Without a connection: the next list asks again.
      this.#recalled.delete(commitId);
    }
  }

  #follow() {
    clearTimeout(this.#timer);
    if (this.#stopped || !this.#files.underWay.length) {
      this.#polls = 0;
      return;
    }
    this.#timer = setTimeout(() => void this.#poll(), PAUSES_MS[Math.min(this.#polls, PAUSES_MS.length - 1)]);
  }

  async #poll() {
    this.#polls += 1;
    for (const commitId of this.#files.underWay) {
      try {
        const { files } = await this.#calls.get(commitId);
        this.#take(commitId, files);
      } catch {
        // Without a connection: it is read again later.
      }
    }
    this.#follow();
  }

  #draw() {
    if (this.#stopped) return;
    this.#panel.draw((imageId) => this.#files.isTaken(imageId));
    this.#progress.draw(this.#files.all, (imageId) => this.#numberOf(imageId));
    this.#desk.panel.hidden = !this.#panel.isOpen && this.#progress.element.hidden;
    this.#desk.redraw();
  }

  /** @param {string} imageId @returns {number} 0 if it is not there */
  #numberOf(imageId) {
    return this.#desk.photos().find((photo) => photo.imageId === imageId)?.number ?? 0;
  }
}
