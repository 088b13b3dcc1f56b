/** Keeps one visit up to date: fetches it after every live message, and every 5 seconds in any case. */
import { isTransient } from "../shell/http.js";
import { LiveChannel } from "../shell/live/channel.js";
import { createLiveTicket, getVisit } from "./api.js";
import { isOver } from "./labels.js";
import { syncClock } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** Also fetches in a hidden tab, where a call may be running. @type {import("../shell/live/channel.js").Pace} */
const PACE = { pollMs: 5_000, reconcileMs: 5_000, hidden: true };

export class VisitSubscription {
  #onVisit;
  #onRefused;
  #channel;
  /** @type {Visit | null} */
  #newest = null;

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
    if (isOver(visit)) this.stop();
    this.#onVisit(visit);
  }
}
