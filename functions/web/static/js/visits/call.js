/**
 * A visit's call: the provider's room in a frame. Rejoins after a dropped connection, and keeps the page from being
 * left by mistake.
 *
 * The room may report that it joined, left or dropped. A room that reports nothing works too, since the visit says who
 * is present.
 *
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {"out" | "joining" | "in" | "dropped"} Mode
 */
import { HttpProblem } from "../shell/http.js";
import { recordActivity } from "../shell/idle-timeout.js";
import { t } from "../shell/messages.js";
import { tabStorage } from "../shell/storage.js";
import { joinVisit } from "./api.js";
import { readChoice } from "./check/choice.js";
import { isOver } from "./labels.js";

/** Delays before each try to rejoin; the last one repeats. In milliseconds. */
export const RETRY_DELAYS_MS = Object.freeze([1_000, 2_000, 4_000, 8_000, 15_000]);

/** After a connection this long, the delays start again with the first. In milliseconds. */
const STABLE_MS = 30_000;

/** Being in a call counts as activity, recorded this often. In milliseconds. */
const RECORD_ACTIVITY_EVERY_MS = 10_000;

const IN_CALL_KEY = "bedside.in-call";

export class Call {
  /** @type {Mode} */
  mode = "out";
  /** Whether the current try to join is a rejoin. */
  rejoining = false;
  /** Why the last manual try failed. @type {unknown} */
  failure = null;
  /** When the next automatic try is due, by this page's clock. */
  retryAt = 0;
  /** Whether the room may show this person. */
  video = true;
  /** Whether the room reports what happens to camera and connection, and does what this page tells it. */
  hears = false;
  /** Receives those reports. @type {(message: {type: string, works?: unknown, quality?: unknown}) => void} */
  onRoom = () => {};
  /** Whether the frame has the camera. */
  #hasCamera = false;
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

  /** Whether this tab was in the call when it was reloaded. */
  get interruptedByReload() {
    return tabStorage.read(IN_CALL_KEY) === this.#visitId;
  }

  /** Joins or rejoins; also before a retry is due. */
  async join() {
    if (this.mode === "joining" || this.mode === "in") return;
    if (this.mode === "out") this.video = readChoice().video;
    await this.#enter(this.mode === "dropped" || this.interruptedByReload);
  }

  /**
   * Goes on with or without video. A room that does not hear of it is entered again, with or without the camera.
   * @param {boolean} on
   */
  setVideo(on) {
    this.video = on;
    if (this.mode !== "in") return;
    if (this.hears && (this.#hasCamera || !on)) this.#post({ type: "video", on });
    else void this.#enter(true);
  }

  /** @param {boolean} rejoining */
  async #enter(rejoining) {
    this.rejoining = rejoining;
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

  /** Leaves on request: the page does not rejoin by itself. */
  leave() {
    this.#setMode("out");
    this.#clear();
    this.#onChange();
  }

  /** Stops the call, because the page is being left or the visit is over. */
  stop() {
    this.#setMode("out");
    this.#clear();
  }

  /** @param {Visit} visit the newest */
  update(visit) {
    if (isOver(visit)) return this.stop();
    if (this.mode !== "in" || visit.present.includes(this.#party)) return;
    // Whoever pressed the room's own button is not brought back.
    visit.left.includes(this.#party) ? this.leave() : this.#drop();
  }

  /** @param {unknown} error */
  #joinFailed(error) {
    const final = error instanceof HttpProblem && [403, 404, 409, 422].includes(error.status);
    if (this.rejoining && !final) return this.#drop();
    this.failure = error;
    this.leave();
  }

  /** @param {string} src */
  #embed(src) {
    const frame = document.createElement("iframe");
    frame.title = t("visits.call");
    // 'none', since leaving it out would block the camera only in a room of another origin.
    frame.allow = `${this.video ? "camera; " : "camera 'none'; "}microphone; display-capture; autoplay`;
    this.#hasCamera = this.video;
    this.hears = false;
    frame.referrerPolicy = "no-referrer";
    frame.src = src;
    this.#frame = frame;
    this.#place.replaceChildren(frame);
    this.#joinedAt = Date.now();
    this.#setMode("in");
    this.#onChange();
  }

  /** Tells the room what this person chose to use. */
  #postDevices() {
    // By name, since every origin has other ids for the same devices.
    const { camera, microphone } = readChoice();
    this.#post({ type: "devices", camera: camera?.label ?? "", microphone: microphone?.label ?? "", video: this.#hasCamera });
  }

  /** @param {object} message for the room */
  #post(message) {
    const frame = this.#frame;
    frame?.contentWindow?.postMessage({ source: "visit", ...message }, new URL(frame.src).origin);
  }

  #drop() {
    if (this.mode === "dropped") return;
    // Only time in the call says how stable the connection was.
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
    // Accept messages only from the room's own window and origin.
    if (!frame || event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin) return;
    if (event.data?.source !== "room") return;
    if (event.data.type === "joined") {
      this.hears = event.data.hears === true;
      if (this.hears) this.#postDevices();
    }
    // Before it has joined, a room may still be waiting for its camera.
    if (event.data.type === "connection" || (event.data.type === "camera" && this.hears)) this.onRoom(event.data);
    if (event.data.type === "dropped" && this.mode === "in") this.#drop();
    if (event.data.type === "left") this.leave();
    if (event.data.type === "joined" && this.mode === "dropped") {
      // The room reconnected by itself.
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
   * @returns {number} the number of this attempt
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
      tabStorage.write(IN_CALL_KEY, this.#visitId);
    } else {
      tabStorage.remove(IN_CALL_KEY);
    }
  }

  #clear() {
    this.#frame = null;
    this.#tries = 0;
    this.#place.replaceChildren();
  }
}
