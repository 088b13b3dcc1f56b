/** Loads what can be done with several photos once there are any. */
import { byId } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";

/** @typedef {Omit<import("./light-table.js").TableHandlers, "reason">} Handlers */

export class LightTableLoader {
  #places;
  #handlers;
  /** @type {import("./light-table.js").LightTable | null} */
  #table = null;
  #loading = false;
  #stopped = false;

  /**
   * @param {string} grid
   * @param {string} bar
   * @param {Handlers} handlers
   */
  constructor(grid, bar, handlers) {
    this.#places = { grid: byId(grid), bar: byId(bar) };
    this.#handlers = handlers;
  }

  /** @param {boolean} wanted */
  open(wanted) {
    if (wanted && !this.#table && !this.#loading) void this.#load();
    else this.#table?.update();
    this.#places.bar.hidden = !wanted;
  }

  stop() {
    this.#stopped = true;
    this.#table?.stop();
    this.#places.bar.hidden = true;
  }

  async #load() {
    this.#loading = true;
    try {
      const { LightTable } = await import("./light-table.js");
      if (this.#stopped) return;
      const { grid, bar } = this.#places;
      this.#table = new LightTable(grid, bar, { ...this.#handlers, reason: (error) => errorMessage(error) });
    } catch {
      // Without a connection: the next list tries again.
    } finally {
      this.#loading = false;
    }
  }
}
