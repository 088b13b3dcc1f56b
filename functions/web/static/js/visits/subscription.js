/** Watches one visit: live messages make it ask at once, and it asks every 5 seconds whatever is told. */
import { isTransient } from "../shell/http.js";
import { LiveChannel } from "../shell/live/channel.js";
import { createLiveTicket, getVisit } from "./api.js";
import { isOver } from "./labels.js";
import { syncClock } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** A call is watched in a hidden tab too. @type {import("../shell/live/channel.js").Pace} */
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
   *   onState: (state: import("../shell/live/channel.js").LiveState) => void}} watcher `onRefused` also hears of a network
   *   that fails, as long as nothing is known of the visit; it is asked for again all the same
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
   * A document, from whichever call: answers overtake each other, and the newest counts.
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
