/**
 * Goes on with audio when video fails: the camera does not work, or the connection is too weak. Both are told, and video
 * can be turned on again.
 */
import { announce, byId, setText } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { tellAudioOnly } from "./api.js";
import { findCameraFault } from "./check/devices.js";
import { otherParty, partyName } from "./labels.js";
import { WeakConnection } from "./weak-connection.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Party} Party
 * @typedef {import("./api.js").AudioOnlyReason} Reason
 */

/** @type {Record<Reason, string>} */
const MINE = {
  camera: t("visits.audio.camera"),
  connection: t("visits.audio.connection"),
  choice: t("visits.audio.choice"),
};
/** @type {Record<Reason, (name: string) => string>} */
const THEIRS = {
  camera: (name) => t("visits.audio.their-camera", { name }),
  connection: (name) => t("visits.audio.their-connection", { name }),
  choice: (name) => t("visits.audio.their-choice", { name }),
};
const BETTER = {
  camera: t("visits.audio.camera-better"),
  connection: t("visits.audio.connection-better"),
};

/** A room that reports what happens does so by then; in one that does not, this page looks for the camera itself. */
const LOOK_AFTER_MS = 5_000;

/** How long to wait after the server could not be told. In milliseconds. */
const TELL_AGAIN_MS = 5_000;

export class AudioOnly {
  #party;
  #call;
  #connection = new WeakConnection();
  /** Why there is no picture of this person. @type {Reason | null} */
  #reason = null;
  /** What was last told to the server; undefined: nothing in this call. @type {Reason | null | undefined} */
  #told;
  #telling = false;
  /** The camera works again, or the connection is better. */
  #better = false;
  /** When to look for a camera next, by the page's clock. */
  #lookAt = Infinity;
  /** @type {import("./call.js").Mode} */
  #mode = "out";

  /**
   * @param {Party} party whose page this is
   * @param {import("./call.js").Call} call
   */
  constructor(party, call) {
    this.#party = party;
    this.#call = call;
    call.onRoom = (message) => this.#hear(message);
    byId("video-again").onclick = () => this.#turn(null);
    byId("lost-audio").onclick = () => {
      this.#turn("connection");
      void call.join();
    };
    navigator.mediaDevices?.addEventListener("devicechange", () => (this.#lookAt = 0));
  }

  /** @param {Visit} visit the newest; called often */
  draw(visit) {
    this.#follow();
    const { mode } = this.#call;
    const now = performance.now();
    // In a call that is being joined again, the next try comes without video.
    if (mode !== "out" && this.#call.video && this.#connection.isWeak(now)) this.#turn("connection");
    if (this.#reason === "connection" && this.#connection.isWell(now)) this.#offer();
    if (mode === "in" && !this.#call.hears && now >= this.#lookAt) void this.#lookForCamera();
    if (mode === "in") void this.#tell(visit);
    byId("audio-only").hidden = mode !== "in" || !this.#reason;
    setText("audio-only-text", this.#text());
    byId("lost-audio").hidden = mode !== "dropped" || !this.#call.video;
    const theirs = mode === "in" ? visit.audioOnly[otherParty(this.#party)] : undefined;
    byId("their-audio-only").hidden = !theirs;
    setText("their-audio-only", theirs ? THEIRS[theirs](partyName(visit, otherParty(this.#party))) : "");
  }

  #text() {
    if (!this.#reason) return "";
    return this.#better && this.#reason !== "choice" ? BETTER[this.#reason] : MINE[this.#reason];
  }

  /** Notices that the call was joined, dropped or left. */
  #follow() {
    const before = this.#mode;
    this.#mode = this.#call.mode;
    if (before === this.#mode) return;
    if (this.#mode === "dropped" && before === "in") this.#connection.broke(performance.now());
    if (this.#mode === "out") {
      this.#connection.forget();
      this.#reason = null;
      this.#better = false;
      this.#told = undefined;
    }
    if (this.#mode === "in") {
      if (!this.#call.video) this.#reason ??= "choice";
      this.#lookAt = performance.now() + LOOK_AFTER_MS;
    }
  }

  /** @param {{type: string, works?: unknown, quality?: unknown}} message of the room */
  #hear({ type, works, quality }) {
    if (type === "connection" && typeof quality === "number") this.#connection.report(quality, performance.now());
    if (type === "camera") this.#cameraWorks(works !== false);
  }

  /** For a room that reports nothing. */
  async #lookForCamera() {
    this.#lookAt = Infinity;
    const works = (await findCameraFault()) === null;
    if (!this.#call.hears) this.#cameraWorks(works);
  }

  /** @param {boolean} works */
  #cameraWorks(works) {
    if (!works && this.#reason === null && this.#call.mode === "in") this.#turn("camera");
    if (this.#reason === "camera") this.#offer(works);
  }

  /** @param {boolean} [better] */
  #offer(better = true) {
    if (better && !this.#better && this.#reason !== null && this.#reason !== "choice") announce(BETTER[this.#reason]);
    this.#better = better;
  }

  /** @param {Reason | null} reason null: with video */
  #turn(reason) {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#better = false;
    this.#connection.forget();
    // A room without a camera need not be told that it has none.
    if (reason === "camera") return;
    this.#call.setVideo(reason === null);
  }

  /** @param {Visit} visit */
  async #tell(visit) {
    const reason = this.#reason;
    if (this.#told === undefined && !visit.audioOnly[this.#party] && !reason) this.#told = null;
    if (this.#telling || this.#told === reason) return;
    this.#telling = true;
    try {
      await tellAudioOnly(visit.visitId, reason);
      this.#told = reason;
    } catch {
      // It is tried again with one of the next drawings.
      await new Promise((resolve) => setTimeout(resolve, TELL_AGAIN_MS));
    } finally {
      this.#telling = false;
    }
  }
}
