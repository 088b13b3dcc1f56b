/** Keeps one visit up to date: fetches it after every live message and deadline, or every 5 seconds without either. */
import { isTransient } from "../shell/http.js";
import { LiveChannel } from "../shell/live/channel.js";
import { PACE } from "./pace.js";
import { createLiveTicket, getVisit } from "./api.js";
import { isOver } from "./labels.js";
import { msUntil, syncClock } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** How long after a deadline to ask what came of it, in milliseconds: its timer takes a moment. */
const AFTER_DEADLINE_MS = 1_000;

/** Browsers fire longer timeouts at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - AFTER_DEADLINE_MS - 1;

export class VisitSubscription {
  #onVisit;
  #onRefused;
  #channel;
  /** @type {Visit | null} */
  #newest = null;
  #deadline = 0;

  /**
   * @param {string} visitId
   * @param {{onVisit: (visit: Visit) => void, onRefused: (error: unknown) => void,
   *   onState: (state: import("../shell/live/channel.js").LiveState) => void}} watcher `onRefused` is also called on
   *   network failures before the visit is known; fetching continues all the same
   */
  constructor(visitId, { onVisit, onRefused, onState }) {
    this.#onVisit = onVisit;
    this.#onRefused = onRefused;
    this.#channel = new LiveChannel(
      { fetch: () => this.#fetch(visitId), live: createLiveTicket },
      {
        onMessage: (message) => {
          if (message.visitId === visitId) this.refresh();
        },
        onFetched: (found) => this.apply(found),
        onState,
        onRefused,
      },
      PACE,
    );
  }

  /** @param {string} visitId */
  async #fetch(visitId) {
    try {
      return await getVisit(visitId);
    } catch (error) {
      if (!this.#newest && isTransient(error)) this.#onRefused(error);
      throw error;
    }
  }

  start() {
    this.#channel.start();
  }

  stop() {
    clearTimeout(this.#deadline);
    this.#channel.stop();
  }

  refresh() {
    void this.#channel.refresh();
  }

  /**
   * Takes over a document from any call: responses may arrive out of order, and the newest counts.
   * @param {Visit} visit
   */
  apply(visit) {
    if (this.#newest && Date.parse(visit.serverTime) < Date.parse(this.#newest.serverTime)) return;
    this.#newest = visit;
    syncClock(visit.serverTime);
    this.#awaitDeadline(visit);
    if (isOver(visit)) this.stop();
    this.#onVisit(visit);
  }

  /** @param {Visit} visit */
  #awaitDeadline({ noShowAt, returnBy, limitAt }) {
    clearTimeout(this.#deadline);
    const waits = [noShowAt, returnBy, limitAt].map(msUntil).filter((wait) => wait > 0);
    if (waits.length && Math.min(...waits) < LONGEST_TIMEOUT_MS) {
      this.#deadline = setTimeout(() => document.hidden || this.refresh(), Math.min(...waits) + AFTER_DEADLINE_MS);
    }
  }
}
