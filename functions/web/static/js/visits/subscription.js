/** Watches one visit: live messages make it ask at once, and it asks every 5 seconds whatever is told. */
import { isTransient } from "../shell/http.js";
import { LiveChannel } from "../shell/live/channel.js";
import { live, visit } from "./api.js";
import { setClock } from "./server-clock.js";
import { isOver } from "./labels.js";

/** @typedef {import("./api.js").Visit} Visit */

/** A call is watched in a hidden tab too. @type {import("../shell/live/channel.js").Pace} */
const PACE = { pollMs: 5_000, reconcileMs: 5_000, hidden: true };

export class VisitWatch {
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
      { fetch: () => this.#fetch(visitId), live },
      {
        onMessage: (message) => {
          if (message.visitId === visitId) this.refresh();
        },
        onFetched: (found) => this.tell(found),
        onState,
        onRefused,
      },
      PACE,
    );
  }

  /** @param {string} visitId */
  async #fetch(visitId) {
    try {
      return await visit(visitId);
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
  tell(visit) {
    if (this.#newest && Date.parse(visit.serverTime) < Date.parse(this.#newest.serverTime)) return;
    this.#newest = visit;
    setClock(visit.serverTime);
    if (isOver(visit)) this.stop();
    this.#onVisit(visit);
  }
}
