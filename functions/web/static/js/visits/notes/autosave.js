/**
 * Saves notes while they are typed. What is typed is kept in this browser at once and sent a moment after the last key;
 * it stays kept until the server has it. Two versions of the same field wait for a choice, and nothing is sent until then.
 *
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {import("./drafts.js").Draft} Draft
 * @typedef {"begun" | "saved" | "unsaved" | "saving" | "failed" | "tooLong" | "disputed"} SaveState
 * @typedef {{load: () => Promise<{texts: Notes, etag: string}>, save: (texts: Notes, etag: string) => Promise<string>,
 *   keep: (draft: Draft | null) => Promise<void>}} Store
 * @typedef {{texts: Notes, onState: (state: SaveState, error: unknown) => void,
 *   onTexts: (texts: Notes) => void, onConflict: (theirs: Notes) => void}} Page `texts` is what is on the page now
 */
import { HttpProblem } from "../../shell/http.js";
import { EMPTY_NOTES, FIELDS, MAX_LENGTH, conflictingFields, mergeNotes, equalNotes } from "./merge.js";

/** Saved so long after the last key. In milliseconds. */
export const DEBOUNCE_MS = 1_500;

/** The pauses before what could not be saved is tried again; the last one is kept to. In milliseconds. */
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
   * @param {{texts: Notes, etag: string}} saved as the server has it
   * @param {Draft | null} draft what this browser still kept from before
   */
  start(saved, draft) {
    this.#base = saved.texts;
    this.#etag = saved.etag;
    if (!draft || equalNotes(draft.texts, saved.texts)) {
      if (draft) void this.#store.keep(null);
      this.#page.onTexts(saved.texts);
      return this.#setState("begun");
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

  /** Whether something is on the page that the server does not have. */
  get unsaved() {
    return !equalNotes(this.#page.texts, this.#base);
  }

  edited() {
    void this.#store.keep({ texts: this.#page.texts, base: this.#base, etag: this.#etag });
    if (this.#remote) return;
    this.#setState("unsaved");
    this.#schedule(DEBOUNCE_MS);
  }

  /** Saves now what is not saved yet. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#saving || this.#stopped || this.#remote) return;
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
    // Typed on while it was saved: that is next.
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
    void this.#store.keep({ texts: next, base: texts, etag });
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
    const hopeless = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    const pause = RETRY_DELAYS_MS[Math.min(this.#failures, RETRY_DELAYS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    if (!hopeless) this.#schedule(pause);
  }

  /**
   * Somebody else, or another window, has saved meanwhile.
   * @param {{texts: Notes, etag: string}} theirs
   */
  #merge(theirs) {
    this.#remote = theirs;
    if (!conflictingFields(this.#base, this.#page.texts, theirs.texts).length) return this.resolve("mine");
    this.#setState("disputed");
    this.#page.onConflict(theirs.texts);
  }

  #markSaved() {
    void this.#store.keep(null);
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
