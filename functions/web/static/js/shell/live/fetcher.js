/** Fetches a resource as a whole, one call at a time, and knows when it is due again. */
import { isTransient } from "../http.js";

/**
 * How often to fetch, in milliseconds: `pollMs` without a connection, `reconcileMs` with one. `hidden`: also in a
 * hidden tab. `confirmMs`: once more so long after a connection has opened, because the server may only then know it.
 * @typedef {{pollMs: number, reconcileMs: number, hidden: boolean, confirmMs?: number}} Pace
 */

/**
 * @template T
 * @typedef {{onFetched: (found: T) => void, onRefused: (error: unknown) => void, onTried: () => void}} Reader `onTried`:
 *   after each call, whatever came of it
 */

/** @template T the resource */
export class Fetcher {
  #fetch;
  #reader;
  #pace;
  #signal;
  #isConnected;
  #fetching = false;
  #again = false;
  #dueAt = 0;
  #confirmAt = 0;
  /** Whether the last call failed. */
  unreachable = false;

  /**
   * @param {() => Promise<T>} fetch
   * @param {Reader<T>} reader
   * @param {Pace} pace
   * @param {AbortSignal} signal ends it
   * @param {() => boolean} isConnected
   */
  constructor(fetch, reader, pace, signal, isConnected) {
    this.#fetch = fetch;
    this.#reader = reader;
    this.#pace = pace;
    this.#signal = signal;
    this.#isConnected = isConnected;
  }

  /** Fetches the resource; a call during a fetch triggers one more fetch. */
  async refresh() {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    do {
      this.#again = false;
      await this.#try();
    } while (this.#again && !this.#signal.aborted && !this.unreachable);
    this.#fetching = false;
  }

  /** @param {number} now Unix ms */
  isDue(now) {
    return now >= this.#dueAt && !this.#fetching;
  }

  /** Polls from now on. */
  poll() {
    this.#dueAt = Date.now() + this.#pace.pollMs;
  }

  /** Fetches once more when the server knows of the connection that has just opened. */
  confirm() {
    this.#confirmAt = this.#pace.confirmMs ? Date.now() + this.#pace.confirmMs : 0;
  }

  async #try() {
    try {
      const found = await this.#fetch();
      if (this.#signal.aborted) return;
      this.unreachable = false;
      this.#reader.onFetched(found);
    } catch (error) {
      if (this.#signal.aborted) return;
      this.unreachable = true;
      if (!isTransient(error)) this.#reader.onRefused(error);
    }
    const { pollMs, reconcileMs } = this.#pace;
    const now = Date.now();
    this.#dueAt = now + (this.#isConnected() && !this.unreachable ? reconcileMs : pollMs);
    if (this.#confirmAt > now) this.#dueAt = Math.min(this.#dueAt, this.#confirmAt);
    this.#reader.onTried();
  }
}
