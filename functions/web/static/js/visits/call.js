/**
 * Being in a visit's call: the provider's room in a frame, a way back after a drop, and a page that is not left by
 * mistake meanwhile.
 *
 * The room may tell the page that it joined, left or dropped. A room that tells nothing works too: that somebody is not
 * there any more, the visit itself says.
 *
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {"out" | "joining" | "in" | "dropped"} Mode
 */
import { HttpProblem } from "../shell/http.js";
import { recordActivity } from "../shell/idle-timeout.js";
import { joinVisit } from "./api.js";
import { isOver } from "./labels.js";

/** The pauses before each try to come back; the last one is kept to. In milliseconds. */
export const RETRY_DELAYS_MS = Object.freeze([1_000, 2_000, 4_000, 8_000, 15_000]);

/** A connection that held for so long was a good one: the pauses begin anew. In milliseconds. */
const STABLE_MS = 30_000;

/** Whoever is in a call is here, even without touching anything. In milliseconds. */
const RECORD_ACTIVITY_EVERY_MS = 10_000;

const IN_CALL_KEY = "bedside.in-call";

export class Call {
  /** @type {Mode} */
  mode = "out";
  /** Whether the way in that is tried now is a way back. */
  back = false;
  /** Why the last try by hand failed. @type {unknown} */
  failure = null;
  /** When the next try is made by itself, by this page's clock. */
  retryAt = 0;
  #visitId;
  #party;
  #place;
  #onVisit;
  #onChange;
  /** @type {HTMLIFrameElement | null} */
  #frame = null;
  #attempt = 0;
  #tries = 0;
  #joinedAt = 0;
  #timer = 0;
  #activityTimer = 0;

  /**
   * @param {string} visitId
   * @param {import("./api.js").Party} party who is in the call here
   * @param {HTMLElement} place where the room's frame goes
   * @param {{onVisit: (visit: Visit) => void, onChange: () => void}} listener
   */
  constructor(visitId, party, place, { onVisit, onChange }) {
    this.#visitId = visitId;
    this.#party = party;
    this.#place = place;
    this.#onVisit = onVisit;
    this.#onChange = onChange;
  }

  /** Whether this tab was in the call when it was loaded again. */
  get interruptedByReload() {
    return sessionStorage.getItem(IN_CALL_KEY) === this.#visitId;
  }

  /** Joins, or comes back; also in the middle of a pause. */
  async join() {
    if (this.mode === "joining" || this.mode === "in") return;
    this.back = this.mode === "dropped" || this.interruptedByReload;
    this.failure = null;
    const attempt = this.#setMode("joining");
    try {
      const { visit, src } = await joinVisit(this.#visitId);
      if (attempt !== this.#attempt) return;
      this.#embed(src);
      this.#onVisit(visit);
    } catch (error) {
      if (attempt === this.#attempt) this.#joinFailed(error);
    }
  }

  /** Leaves of one's own will: nothing brings this page back by itself. */
  leave() {
    this.#setMode("out");
    this.#clear();
    this.#onChange();
  }

  /** Ends everything, since the page is being left or the visit is over. */
  stop() {
    this.#setMode("out");
    this.#clear();
  }

  /** @param {Visit} visit the newest */
  update(visit) {
    if (isOver(visit)) return this.stop();
    if (this.mode === "in" && !visit.present.includes(this.#party)) this.#drop();
  }

  /** @param {unknown} error */
  #joinFailed(error) {
    const final = error instanceof HttpProblem && [403, 404, 409, 422].includes(error.status);
    if (this.back && !final) return this.#drop();
    this.failure = error;
    this.leave();
  }

  /** @param {string} src */
  #embed(src) {
    const frame = document.createElement("iframe");
    frame.title = "Video call";
    frame.allow = "camera; microphone; display-capture; autoplay";
    frame.referrerPolicy = "no-referrer";
    frame.src = src;
    this.#frame = frame;
    this.#place.replaceChildren(frame);
    this.#joinedAt = Date.now();
    this.#setMode("in");
    this.#onChange();
  }

  #drop() {
    if (this.mode === "dropped") return;
    // A try that failed before it was in tells nothing about how good the connection was.
    if (this.mode === "in" && Date.now() - this.#joinedAt >= STABLE_MS) this.#tries = 0;
    const pause = RETRY_DELAYS_MS[Math.min(this.#tries, RETRY_DELAYS_MS.length - 1)] ?? 0;
    this.#tries += 1;
    this.#setMode("dropped");
    this.retryAt = Date.now() + pause;
    this.#timer = setTimeout(() => void this.join(), pause);
    this.#onChange();
  }

  /** @param {MessageEvent} event */
  #onRoomMessage = (event) => {
    const frame = this.#frame;
    // Nobody else's window speaks for the room, and the room's only from where it was loaded.
    if (!frame || event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin) return;
    if (event.data?.source !== "room") return;
    if (event.data.type === "dropped" && this.mode === "in") this.#drop();
    if (event.data.type === "left") this.leave();
    if (event.data.type === "joined" && this.mode === "dropped") {
      // The room found its own way back.
      this.#setMode("in");
      this.#onChange();
    }
  };

  #onOnline = () => {
    if (this.mode === "dropped") void this.join();
  };

  /** @param {BeforeUnloadEvent} event */
  #onBeforeUnload = (event) => {
    event.preventDefault();
    event.returnValue = true;
  };

  /**
   * @param {Mode} mode
   * @returns {number} the number of what was begun by this
   */
  #setMode(mode) {
    clearTimeout(this.#timer);
    const before = this.mode;
    this.mode = mode;
    if ((before === "out") !== (mode === "out")) this.#setInCall(mode !== "out");
    if (mode === "joining") this.#onChange();
    return ++this.#attempt;
  }

  /** @param {boolean} inCall */
  #setInCall(inCall) {
    const change = inCall ? addEventListener : removeEventListener;
    change("message", this.#onRoomMessage);
    change("online", this.#onOnline);
    change("beforeunload", this.#onBeforeUnload);
    clearInterval(this.#activityTimer);
    if (inCall) {
      recordActivity();
      this.#activityTimer = setInterval(recordActivity, RECORD_ACTIVITY_EVERY_MS);
      sessionStorage.setItem(IN_CALL_KEY, this.#visitId);
    } else {
      sessionStorage.removeItem(IN_CALL_KEY);
    }
  }

  #clear() {
    this.#frame = null;
    this.#tries = 0;
    this.#place.replaceChildren();
  }
}
