/** What somebody has done to a photo's edits, to undo and redo. Pure. */

/** @typedef {import("./shapes.js").Edits} Edits */

export class EditHistory {
  /** @type {Edits[]} */
  #states;
  #place = 0;
  #joined = "";

  /** @param {Edits} edits */
  constructor(edits) {
    this.#states = [edits];
  }

  get now() {
    return this.#states[this.#place];
  }

  get canUndo() {
    return this.#place > 0;
  }

  get canRedo() {
    return this.#place < this.#states.length - 1;
  }

  /** Whether saving would change anything. */
  get changed() {
    return JSON.stringify(this.now) !== JSON.stringify(this.#states[0]);
  }

  /**
   * @param {Partial<Edits>} change
   * @param {string} [join] changes in a row with the same one are undone together, such as the letters of a text
   */
  change(change, join = "") {
    const next = { ...this.now, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.now)) return;
    const keeps = join && join === this.#joined && this.canUndo ? this.#place : this.#place + 1;
    this.#states = [...this.#states.slice(0, keeps), next];
    this.#place = keeps;
    this.#joined = join;
  }

  /** Ends a row of changes that are undone together. */
  settle() {
    this.#joined = "";
  }

  /** @param {-1 | 1} by */
  go(by) {
    this.settle();
    this.#place = Math.min(this.#states.length - 1, Math.max(0, this.#place + by));
  }
}
