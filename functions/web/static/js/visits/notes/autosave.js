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
 *   onTexts: (texts: Notes) => void, onDispute: (theirs: Notes) => void}} Page `texts` is what is on the page now
 */
import { HttpProblem } from "../../shell/http.js";
import { EMPTY, FIELDS, LONGEST, disputed, merged, same } from "./merge.js";

/** Saved so long after the last key. In milliseconds. */
export const QUIET_MS = 1_500;

/** The pauses before what could not be saved is tried again; the last one is kept to. In milliseconds. */
const AGAIN_MS = [3_000, 6_000, 15_000, 30_000];

export class Autosave {
  #store;
  #page;
  /** @type {Notes} */
  #base = EMPTY;
  #etag = '"0"';
  /** @type {{texts: Notes, etag: string} | null} */
  #theirs = null;
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
    if (!draft || same(draft.texts, saved.texts)) {
      if (draft) void this.#store.keep(null);
      this.#page.onTexts(saved.texts);
      return this.#say("begun");
    }
    this.#page.onTexts(draft.texts);
    this.#base = draft.base;
    if (draft.etag === saved.etag) return void this.flush();
    this.#meet(saved);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Whether something is on the page that the server does not have. */
  get unsaved() {
    return !same(this.#page.texts, this.#base);
  }

  typed() {
    void this.#store.keep({ texts: this.#page.texts, base: this.#base, etag: this.#etag });
    if (this.#theirs) return;
    this.#say("unsaved");
    this.#plan(QUIET_MS);
  }

  /** Saves now what is not saved yet. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#saving || this.#stopped || this.#theirs) return;
    if (!this.unsaved) return this.#settled();
    const texts = this.#page.texts;
    if (FIELDS.some(({ name }) => texts[name].length > LONGEST)) return this.#say("tooLong");
    this.#saving = true;
    this.#say("saving");
    try {
      this.#etag = await this.#store.save(texts, this.#etag);
      this.#base = texts;
      this.#failures = 0;
      this.#saving = false;
    } catch (error) {
      this.#saving = false;
      return this.#failed(error);
    }
    // Typed on while it was saved: that is next.
    if (this.unsaved) return this.typed();
    this.#settled();
  }

  /** @param {import("./merge.js").Choice} choice */
  choose(choice) {
    if (!this.#theirs) return;
    const { texts, etag } = this.#theirs;
    const next = merged(this.#base, this.#page.texts, texts, choice);
    this.#theirs = null;
    this.#base = texts;
    this.#etag = etag;
    this.#page.onTexts(next);
    void this.#store.keep({ texts: next, base: texts, etag });
    void this.flush();
  }

  /** @param {unknown} error */
  async #failed(error) {
    if (error instanceof HttpProblem && error.status === 412) {
      try {
        return this.#meet(await this.#store.load());
      } catch (later) {
        error = later;
      }
    }
    this.#say("failed", error);
    const hopeless = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    const pause = AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length - 1)] ?? 0;
    this.#failures += 1;
    if (!hopeless) this.#plan(pause);
  }

  /**
   * Somebody else, or another window, has saved meanwhile.
   * @param {{texts: Notes, etag: string}} theirs
   */
  #meet(theirs) {
    this.#theirs = theirs;
    if (!disputed(this.#base, this.#page.texts, theirs.texts).length) return this.choose("mine");
    this.#say("disputed");
    this.#page.onDispute(theirs.texts);
  }

  #settled() {
    void this.#store.keep(null);
    this.#say("saved");
  }

  /** @param {number} ms */
  #plan(ms) {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /**
   * @param {SaveState} state
   * @param {unknown} [error]
   */
  #say(state, error = null) {
    if (!this.#stopped) this.#page.onState(state, error);
  }
}
