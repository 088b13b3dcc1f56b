/**
 * Saves notes while they are typed. A draft is stored in this browser at once and sent shortly after the last key; it
 * is kept until the server has it. If a field conflicts with another version, nothing is sent until somebody has
 * chosen.
 *
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {import("./drafts.js").Draft} Draft
 * @typedef {"loaded" | "saved" | "unsaved" | "saving" | "failed" | "tooLong" | "conflict"} SaveState
 * @typedef {{load: () => Promise<{texts: Notes, etag: string}>, save: (texts: Notes, etag: string) => Promise<string>,
 *   storeDraft: (draft: Draft | null) => Promise<void>}} Store
 * @typedef {{texts: Notes, onState: (state: SaveState, error: unknown) => void,
 *   onTexts: (texts: Notes) => void, onConflict: (theirs: Notes) => void}} Page `texts`: the current texts of the page
 */
import { HttpProblem } from "../../shell/http.js";
import { EMPTY_NOTES, FIELDS, MAX_LENGTH, conflictingFields, mergeNotes, equalNotes } from "./merge.js";

/** Saves this long after the last key. In milliseconds. */
export const DEBOUNCE_MS = 1_500;

/** Delays before retries; the last one repeats. In milliseconds. */
const RETRY_DELAYS_MS = [3_000, 6_000, 15_000, 30_000];

export class Autosave {
  #store;
  #page;
  /** @type {Notes} */
  #base = EMPTY_NOTES;
  #etag = '"0"';
  /** @type {{texts: Notes, etag: string} | null} */
  #remote = null;
  #saving = false;
  /** @type {Promise<void>} */
  #running = Promise.resolve();
  #failures = 0;
  #timer = 0;
  #stopped = false;

  /**
   * @param {Store} store
   * @param {Page} page
   */
  constructor(store, page) {
    this.#store = store;
    this.#page = page;
  }

  /**
   * @param {{texts: Notes, etag: string}} saved on the server
   * @param {Draft | null} draft of an earlier page in this browser
   */
  start(saved, draft) {
    this.#base = saved.texts;
    this.#etag = saved.etag;
    if (!draft || equalNotes(draft.texts, saved.texts)) {
      if (draft) void this.#store.storeDraft(null);
      this.#page.onTexts(saved.texts);
      return this.#setState("loaded");
    }
    this.#page.onTexts(draft.texts);
    this.#base = draft.base;
    if (draft.etag === saved.etag) return void this.flush();
    this.#merge(saved);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Whether the page has changes that the server does not have. */
  get unsaved() {
    return !equalNotes(this.#page.texts, this.#base);
  }

  edited() {
    void this.#store.storeDraft({ texts: this.#page.texts, base: this.#base, etag: this.#etag });
    if (this.#remote) return;
    this.#setState("unsaved");
    this.#schedule(DEBOUNCE_MS);
  }

  /** Saves unsaved changes now. */
  flush() {
    clearTimeout(this.#timer);
    if (!this.#saving && !this.#stopped && !this.#remote) this.#running = this.#save();
    return this.#running;
  }

  /**
   * Saves everything that was typed.
   * @returns {Promise<string | null>} the version that the server has then; null if it could not be saved
   */
  async settle() {
    await this.flush();
    // There may have been more changes during a save that was running already.
    if (this.unsaved) await this.flush();
    return this.unsaved || this.#remote ? null : this.#etag;
  }

  async #save() {
    if (!this.unsaved) return this.#markSaved();
    const texts = this.#page.texts;
    if (FIELDS.some(({ name }) => texts[name].length > MAX_LENGTH)) return this.#setState("tooLong");
    this.#saving = true;
    this.#setState("saving");
    try {
      this.#etag = await this.#store.save(texts, this.#etag);
      this.#base = texts;
      this.#failures = 0;
      this.#saving = false;
    } catch (error) {
      this.#saving = false;
      return this.#handleError(error);
    }
    // There were more changes during the save: they are next.
    if (this.unsaved) return this.edited();
    this.#markSaved();
  }

  /** @param {import("./merge.js").Choice} choice */
  resolve(choice) {
    if (!this.#remote) return;
    const { texts, etag } = this.#remote;
    const next = mergeNotes(this.#base, this.#page.texts, texts, choice);
    this.#remote = null;
    this.#base = texts;
    this.#etag = etag;
    this.#page.onTexts(next);
    void this.#store.storeDraft({ texts: next, base: texts, etag });
    void this.flush();
  }

  /** @param {unknown} error */
  async #handleError(error) {
    if (error instanceof HttpProblem && error.status === 412) {
      try {
        return this.#merge(await this.#store.load());
      } catch (later) {
        error = later;
      }
    }
    this.#setState("failed", error);
    const hopeless = error instanceof HttpProblem && [403, 404, 409, 422].includes(error.status);
    const pause = RETRY_DELAYS_MS[Math.min(this.#failures, RETRY_DELAYS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    if (!hopeless) this.#schedule(pause);
  }

  /**
   * Merges a version that somebody else, or another window, has saved meanwhile.
   * @param {{texts: Notes, etag: string}} theirs
   */
  #merge(theirs) {
    this.#remote = theirs;
    if (!conflictingFields(this.#base, this.#page.texts, theirs.texts).length) return this.resolve("mine");
    this.#setState("conflict");
    this.#page.onConflict(theirs.texts);
  }

  #markSaved() {
    void this.#store.storeDraft(null);
    this.#setState("saved");
  }

  /** @param {number} ms */
  #schedule(ms) {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /**
   * @param {SaveState} state
   * @param {unknown} [error]
   */
  #setState(state, error = null) {
    if (!this.#stopped) this.#page.onState(state, error);
  }
}
