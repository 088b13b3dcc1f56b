/** A list of visits that grows page by page; every fetch reloads all pages that are shown. */
import { listVisits } from "./api.js";
import { serverNow, syncClock } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */
/** @typedef {"today" | "all" | "mine"} View */
/** @typedef {{view: View, visits: Visit[], more: boolean}} Found */

export class VisitPages {
  /** @type {View} */
  view;
  #pages = 1;

  /** @param {View} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {View} view */
  selectView(view) {
    this.view = view;
    this.#pages = 1;
  }

  addPage() {
    this.#pages += 1;
  }

  removePage() {
    this.#pages -= 1;
  }

  /** @returns {Promise<Found>} all pages that are shown, each visit once */
  async fetch() {
    const day = new Date(serverNow()).toDateString();
    const found = await this.#fetch();
    // This computer's clock was wrong, so another day was asked for; the response has set it right.
    return day === new Date(serverNow()).toDateString() ? found : this.#fetch();
  }

  /** @returns {Promise<Found>} */
  async #fetch() {
    const view = this.view;
    /** @type {Map<string, Visit>} */
    const found = new Map();
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < this.#pages; page += 1) {
      const answer = await listVisits(view, cursor);
      syncClock(answer.serverTime);
      for (const visit of answer.visits) found.set(visit.visitId, visit);
      cursor = answer.cursor;
      if (!cursor) break;
    }
    return { view, visits: [...found.values()], more: cursor !== null };
  }
}
