/**
 * The check before a call: one's own picture, the microphone's level, which devices, and the connection. Loaded when it is
 * opened first, so it may import only modules without state of their own.
 */
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { measureConnection, verdictOf, verdictText } from "./connection.js";
import { faultText, listDevices, openCamera, openDevices, openMicrophone } from "./devices.js";
import { watchLevel } from "./level.js";

/**
 * @typedef {import("./devices.js").Kind} Kind
 * @typedef {import("./devices.js").Opened} Opened
 * @typedef {{read: typeof import("./choice.js").readChoice, keep: typeof import("./choice.js").keepChoice}} Choices
 */

/** @type {readonly Kind[]} */
const KINDS = ["camera", "microphone"];

/** From this level on, somebody is heard. */
const HEARD = 0.1;

export class CallCheck {
  #dialog = byId("check", HTMLDialogElement);
  #picture = byId("check-picture", HTMLVideoElement);
  #audioOnly = byId("check-audio-only", HTMLInputElement);
  #choices;
  #choice;
  /** @type {{[kind in Kind]?: MediaStreamTrack}} */
  #tracks = {};
  #stopLevel = () => {};
  /** Only what the latest check finds is shown. */
  #check = 0;

  /**
   * @param {() => void} join called when the person joins from here
   * @param {Choices} choices what this browser uses in calls
   */
  constructor(join, choices) {
    this.#choices = choices;
    this.#choice = choices.read();
    byId("check-close").onclick = () => this.#dialog.close();
    byId("check-again").onclick = () => void this.#run();
    byId("check-join").onclick = () => {
      this.#dialog.close();
      join();
    };
    for (const kind of KINDS) byId(`check-${kind}`).onchange = () => void this.#choose(kind);
    this.#audioOnly.onchange = () => void this.#turnVideo(!this.#audioOnly.checked);
    // Cameras must be free by the time the call wants them.
    this.#dialog.addEventListener("close", () => this.stop());
  }

  open() {
    this.#choice = this.#choices.read();
    this.#audioOnly.checked = !this.#choice.video;
    this.#dialog.showModal();
    byId("check-join").focus();
    if (navigator.mediaDevices) navigator.mediaDevices.ondevicechange = () => void this.#offer();
    void this.#run();
  }

  /** Lets go of camera and microphone. */
  stop() {
    this.#check += 1;
    this.#stopLevel();
    for (const kind of KINDS) this.#release(kind);
    this.#picture.srcObject = null;
    if (navigator.mediaDevices) navigator.mediaDevices.ondevicechange = null;
  }

  async #run() {
    this.stop();
    const mine = this.#check;
    setText("check-camera-said", this.#choice.video ? t("visits.check.starting") : "");
    setText("check-microphone-said", t("visits.check.starting"));
    void this.#measure(mine);
    const { video } = this.#choice;
    const opened = video ? await openDevices(this.#choice) : { camera: null, microphone: await openMicrophone(this.#choice) };
    if (mine !== this.#check) {
      opened.camera?.track?.stop();
      opened.microphone.track?.stop();
      return;
    }
    if (opened.camera) this.#show("camera", opened.camera);
    else this.#drawPicture();
    this.#show("microphone", opened.microphone);
    await this.#offer();
  }

  /** @param {number} mine the check that it belongs to */
  async #measure(mine) {
    byId("check-connection").dataset.verdict = "";
    setText("check-connection", t("visits.check.measuring"));
    const measured = await measureConnection();
    if (mine !== this.#check) return;
    byId("check-connection").dataset.verdict = verdictOf(measured);
    setText("check-connection", verdictText(measured));
  }

  /**
   * @param {Kind} kind
   * @param {Opened} opened
   */
  #show(kind, { track, fault }) {
    this.#release(kind);
    if (track) this.#tracks[kind] = track;
    // Unplugged, or taken back by the person.
    if (track) track.onended = () => this.#show(kind, { track: null, fault: "none" });
    setText(`check-${kind}-said`, fault ? faultText(kind, fault) : kind === "microphone" ? t("visits.check.say") : "");
    byId(`check-${kind}-said`).dataset.kind = fault ? "failed" : "";
    if (kind === "camera") this.#drawPicture();
    else this.#listen(track);
  }

  #drawPicture() {
    const { camera } = this.#tracks;
    this.#picture.srcObject = camera ? new MediaStream([camera]) : null;
    this.#picture.hidden = !camera;
    byId("check-no-picture").hidden = Boolean(camera);
  }

  /** @param {MediaStreamTrack | null} track */
  #listen(track) {
    this.#stopLevel();
    const meter = byId("check-level", HTMLMeterElement);
    meter.value = 0;
    meter.hidden = !track;
    if (!track) return;
    this.#stopLevel = watchLevel(track, (level) => {
      meter.value = level;
      if (level >= HEARD) setText("check-microphone-said", t("visits.check.heard"));
    });
  }

  /** Lists the devices, which have names only once the person has agreed. */
  async #offer() {
    const mine = this.#check;
    const devices = await listDevices();
    if (mine !== this.#check) return;
    for (const kind of KINDS) {
      const select = byId(`check-${kind}`, HTMLSelectElement);
      const used = this.#tracks[kind]?.getSettings().deviceId ?? this.#choice[kind]?.deviceId;
      const known = devices[kind].filter(({ label }) => label);
      select.replaceChildren(...known.map(({ deviceId, label }) => option(deviceId, label)));
      if (used) select.value = used;
      byId(`check-${kind}-field`).hidden = known.length === 0;
    }
  }

  /** @param {Kind} kind */
  async #choose(kind) {
    const select = byId(`check-${kind}`, HTMLSelectElement);
    const label = select.selectedOptions[0]?.label ?? "";
    this.#choice = { ...this.#choice, [kind]: { deviceId: select.value, label } };
    this.#choices.keep(this.#choice);
    const mine = this.#check;
    // Some devices can be opened only once: the one in use goes first.
    this.#release(kind);
    const opened = await (kind === "camera" ? openCamera : openMicrophone)(this.#choice);
    if (mine === this.#check) this.#show(kind, opened);
    else opened.track?.stop();
  }

  /** @param {boolean} video */
  async #turnVideo(video) {
    this.#choice = { ...this.#choice, video };
    this.#choices.keep(this.#choice);
    const mine = this.#check;
    this.#release("camera");
    this.#drawPicture();
    setText("check-camera-said", "");
    if (!video) return;
    const opened = await openCamera(this.#choice);
    if (mine !== this.#check || !this.#choice.video) return opened.track?.stop();
    this.#show("camera", opened);
    await this.#offer();
  }

  /** @param {Kind} kind */
  #release(kind) {
    const track = this.#tracks[kind];
    delete this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
  }
}

/**
 * @param {string} value
 * @param {string} label
 */
function option(value, label) {
  const made = make("option", "", label);
  made.value = value;
  return made;
}
