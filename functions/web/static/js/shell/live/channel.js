/**
 * Keeps a resource up to date: through the live connection while it is open, by polling while it is not, and by
 * fetching the resource as a whole after every gap. It only fetches and passes on; the watcher interprets messages and
 * results.
 *
 * @typedef {import("./opener.js").Live} Live
 * @typedef {import("./fetcher.js").Pace} Pace
 * @typedef {"connecting" | "live" | "reconnecting" | "polling" | "offline"} LiveState
 */

/**
 * @template T
 * @typedef {{fetch: () => Promise<T>, live: () => Promise<Live>}} Source neither retries: the channel does
 */

/**
 * @template T
 * @typedef {{onMessage: (message: any) => void, onFetched: (found: T) => void, onState: (state: LiveState) => void,
 *   onRefused: (error: unknown) => void}} Watcher
 */
import { Fetcher } from "./fetcher.js";
import { openerOf } from "./opener.js";

/** @type {Pace} */
const DEFAULT_PACE = { pollMs: 3_000, reconcileMs: 30_000, hidden: true };

/** API Gateway closes every connection after 2 hours, so it is replaced before that. */
export const RENEW_AFTER_MS = 100 * 60_000;
const RENEW_SPREAD_MS = 8 * 60_000;

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;

/** After this many failed connections the state is "polling" rather than "reconnecting". */
const FAILURES_BEFORE_POLLING = 2;

/** A tab in whose place newer ones are told of changes connects again after this long. In milliseconds. */
const SUPERSEDED_MS = 10 * 60_000;

const TICK_MS = 1_000;

/** A tick this late means that the computer slept or the page was frozen. In milliseconds. */
const SLEPT_MS = 10_000;

/** @template T the resource */
export class LiveChannel {
  #source;
  #watcher;
  #pace;
  /** @type {import("./socket.js").Connection | null} */
  #connection = null;
  /** A connection on its way. @type {import("./socket.js").Connection | null} */
  #opening = null;
  #connecting = false;
  #attempt = 0;
  #failures = 0;
  #everLive = false;
  #reconnectAt = 0;
  #renewAt = Infinity;
  #lastTick = 0;
  #stop = new AbortController();
  #fetcher;
  /** @type {LiveState | null} */
  #state = null;

  /**
   * @param {Source<T>} source
   * @param {Watcher<T>} watcher
   * @param {Pace} [pace]
   */
  constructor(source, watcher, pace = DEFAULT_PACE) {
    this.#source = source;
    this.#watcher = watcher;
    this.#pace = pace;
    const reader = {
      onFetched: (/** @type {T} */ found) => watcher.onFetched(found),
      onRefused: (/** @type {unknown} */ error) => watcher.onRefused(error),
      onTried: () => this.#notifyState(),
    };
    this.#fetcher = new Fetcher(() => source.fetch(), reader, pace, this.#stop.signal, () => Boolean(this.#connection));
  }

  /** @param {Live | null} [live] credentials for the first connection, if already known */
  start(live = null) {
    this.#lastTick = Date.now();
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    const { signal } = this.#stop;
    signal.addEventListener("abort", () => clearInterval(ticking));
    addEventListener("online", () => this.catchUp(), { signal });
    addEventListener("offline", () => this.#notifyState(), { signal });
    addEventListener("pageshow", () => this.catchUp(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.catchUp(), { signal });
    this.#notifyState();
    void this.#connect(live);
    void this.refresh();
  }

  stop() {
    this.#stop.abort();
    this.#connection?.close();
    this.#opening?.close();
  }

  /** Fetches everything and checks the connection: after sleep, a lost network or a hidden page. */
  catchUp() {
    this.#connection?.check();
    if (!this.#connection) this.#reconnectAt = 0;
    void this.refresh();
  }

  /** Fetches the resource; a call during a fetch triggers one more fetch. */
  async refresh() {
    await this.#fetcher.refresh();
  }

  /** Whether the tab is hidden and should not fetch; an open connection is kept. */
  get #resting() {
    return document.hidden && !this.#pace.hidden;
  }

  get #stopped() {
    return this.#stop.signal.aborted;
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.#lastTick > SLEPT_MS;
    this.#lastTick = now;
    if (this.#resting) return;
    if (slept) return this.catchUp();
    if (this.#fetcher.isDue(now)) void this.refresh();
    if (this.#connecting) return;
    if (this.#connection ? now >= this.#renewAt : now >= this.#reconnectAt) void this.#connect(null);
  }

  /**
   * Opens a connection; the old one is closed only once the new one is open.
   * @param {Live | null} given
   */
  async #connect(given) {
    this.#connecting = true;
    const attempt = ++this.#attempt;
    try {
      const open = await openerOf(given ?? (await this.#source.live()));
      if (this.#stopped || attempt !== this.#attempt) return;
      this.#opening?.close();
      this.#opening = this.#open(open);
    } catch {
      // Whether the resource still exists shows in the next fetch.
      if (attempt === this.#attempt) this.#failed();
    }
  }

  /** @param {import("./opener.js").Opener} open */
  #open(open) {
    /** @type {import("./socket.js").Handlers} */
    const handlers = {
      onOpen: () => {
        this.#connection?.close();
        this.#connection = connection;
        this.#opening = null;
        this.#connecting = false;
        this.#failures = 0;
        this.#everLive = true;
        this.#fetcher.confirm();
        this.#renewAt = Date.now() + RENEW_AFTER_MS + Math.random() * RENEW_SPREAD_MS;
        this.#notifyState();
        void this.refresh();
      },
      onMessage: (message) => {
        if (this.#stopped) return;
        if (message.type !== "superseded") return this.#watcher.onMessage(message);
        connection.close();
        if (this.#connection === connection) this.#supersede();
      },
      onClose: () => {
        if (this.#opening === connection) this.#opening = null;
        if (this.#connection === connection) this.#connection = null;
        // If an attempt is already running, it continues; otherwise the backoff begins.
        if (!this.#opening) this.#failed();
        if (!this.#resting) void this.refresh();
      },
    };
    const connection = open(handlers);
    return connection;
  }

  #failed() {
    this.#connecting = false;
    this.#attempt += 1;
    this.#failures += 1;
    const backoff = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (this.#failures - 1));
    // Jitter: after an outage, all desktops of a hospital must not reconnect in the same second.
    const wait = backoff * (0.5 + Math.random() / 2);
    this.#reconnectAt = Date.now() + wait;
    if (this.#connection) this.#renewAt = Date.now() + wait;
    this.#notifyState();
  }

  /** Newer tabs have taken this one's place: it polls, until somebody looks at it again. */
  #supersede() {
    this.#connection = null;
    this.#failures = FAILURES_BEFORE_POLLING;
    this.#reconnectAt = Date.now() + SUPERSEDED_MS;
    this.#fetcher.poll();
    this.#notifyState();
  }

  #notifyState() {
    const state = this.#currentState();
    if (state === this.#state || this.#stopped) return;
    this.#state = state;
    this.#watcher.onState(state);
  }

  /** @returns {LiveState} */
  #currentState() {
    if (!navigator.onLine) return "offline";
    if (this.#connection && !this.#fetcher.unreachable) return "live";
    if (this.#fetcher.unreachable) return "offline";
    if (this.#failures >= FAILURES_BEFORE_POLLING) return "polling";
    return this.#everLive ? "reconnecting" : "connecting";
  }
}
