/**
 * A room, embedded in a page of ours at …/hms/room#room=…&role=…&token=…. Tells its parent what happens, and does what
 * that tells it: docs/room-page.md has the messages.
 */

import { Calls } from "./calls.js";
import { ownMedia, trackOf } from "./media.js";

/** What the buttons say while it is on, and while it is off. */
const LABELS = { audio: ["Mute", "Muted"], video: ["Camera off", "Camera is off"] };
const TITLES = /** @type {Record<string, string>} */ ({ host: "Practitioner", guest: "Patient" });

const entry = new URLSearchParams(location.hash.slice(1));
const remote = /** @type {HTMLVideoElement} */ (document.querySelector("#remote"));
const own = /** @type {HTMLVideoElement} */ (document.querySelector("#own"));
const status = /** @type {HTMLElement} */ (document.querySelector("#status"));

const role = entry.get("role") ?? "";
const media = ownMedia(TITLES[role] ?? role);
/** @type {WebSocket | undefined} */
let socket;
/** @type {Calls | undefined} */
let calls;
let over = false;
/** The other side's connection has broken, and they have not come back. */
let missing = false;
/** The page around wants no picture of this person, and offers to turn it on again. */
let audioOnly = false;

/**
 * @param {"connecting" | "waiting" | "connected" | "lost" | "left"} state
 * @param {string} text
 */
function show(state, text) {
  document.body.dataset.state = state;
  status.textContent = text;
}

/**
 * @param {"joined" | "left" | "dropped" | "camera"} type
 * @param {{reason?: string, hears?: boolean, works?: boolean}} [more]
 */
function tell(type, more = {}) {
  if (window.parent !== window) window.parent.postMessage({ source: "room", type, reason: "", ...more }, location.origin);
}

/** @param {object} message */
function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function look() {
  if (over) return;
  const stream = calls?.stream ?? null;
  if (remote.srcObject !== stream) {
    remote.srcObject = stream;
    if (stream) void play();
  }
  if (stream) show("connected", remote.muted ? "Connected. Press anywhere for sound." : "Connected");
  else show("waiting", missing ? "The other side has lost the connection." : "Waiting for the other side …");
}

/** A browser that does not film lets nothing sound before somebody has pressed something. */
async function play() {
  try {
    await remote.play();
  } catch (problem) {
    if (!(problem instanceof DOMException && problem.name === "NotAllowedError")) return;
    remote.muted = true;
    look();
    await remote.play().catch(() => {});
  }
}

/**
 * @param {"left" | "lost"} state
 * @param {string} text
 * @param {string} reason
 */
function finish(state, text, reason) {
  if (over) return;
  over = true;
  calls?.endAll();
  socket?.close();
  const stream = /** @type {MediaStream | null} */ (own.srcObject);
  for (const track of stream?.getTracks() ?? []) track.stop();
  show(state, text);
  tell(state === "left" ? "left" : "dropped", { reason });
}

/** @param {any} message */
async function hear(message) {
  switch (message.type) {
    case "joined":
      tell("joined", { hears: true });
      watchCamera();
      look();
      for (const peer of message.peers) await calls?.call(peer.peerId);
      return;
    case "signal":
      await calls?.hear(message.from, message.data);
      return;
    case "peer-joined":
      missing = false;
      look();
      return;
    case "peer-left":
    case "peer-lost":
      missing = message.type === "peer-lost";
      calls?.end(message.peerId);
      return;
    case "ended":
      finish("left", "The call is over.", "ended");
      return;
    case "refused":
      finish("lost", "This link does not work any more.", "refused");
  }
}

async function enter() {
  const stream = await media;
  own.srcObject = stream;
  showCameraButton();
  calls = new Calls(stream, (to, data) => send({ type: "signal", to, data }), look);
  socket = new WebSocket(`${location.origin.replace("http", "ws")}/hms/signal`);
  socket.onopen = () => send({ type: "join", token: entry.get("token") ?? "" });
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = () => finish("lost", "The connection was lost.", "connection");
}

/** Tells of a camera that cannot be used, or that goes away during the call. */
function watchCamera() {
  const [camera] = /** @type {MediaStream | null} */ (own.srcObject)?.getVideoTracks() ?? [];
  if (camera) camera.onended = () => over || tell("camera", { works: false });
  else tell("camera", { works: false });
}

/** @param {{type: string, on?: boolean, camera?: string, microphone?: string, video?: boolean}} message of the page around */
async function obey({ type, on, camera, microphone, video }) {
  // Until the browser has answered there is nothing to turn off or to replace.
  const stream = await media;
  if (type === "video") {
    audioOnly = on !== true;
    turn("camera", "video", audioOnly);
    showCameraButton();
  }
  if (type !== "devices") return;
  if (video === false) endVideo(stream);
  const chosen = video === false ? null : await trackOf("videoinput", camera ?? "");
  for (const track of [chosen, await trackOf("audioinput", microphone ?? "")]) {
    const old = stream.getTracks().find(({ kind }) => kind === track?.kind);
    // A page that was not allowed the camera has no video to replace.
    if (!track || !old || over) {
      track?.stop();
      continue;
    }
    stream.removeTrack(old);
    stream.addTrack(track);
    track.enabled = old.enabled;
    old.onended = null;
    old.stop();
    await calls?.replace(track);
  }
  if (video !== false) watchCamera();
}

/** For a person who wants audio only: nobody looks for their camera any more. @param {MediaStream} stream */
function endVideo(stream) {
  turn("camera", "video", true);
  for (const track of stream.getVideoTracks()) {
    track.onended = null;
    track.stop();
    stream.removeTrack(track);
  }
  showCameraButton();
}

/** Without a picture to turn off, the button would do nothing. */
function showCameraButton() {
  const stream = /** @type {MediaStream | null} */ (own.srcObject);
  const button = /** @type {HTMLButtonElement} */ (document.querySelector("#camera"));
  button.hidden = audioOnly || !stream?.getVideoTracks().length;
}

/**
 * @param {string} id
 * @param {"audio" | "video"} kind
 * @param {boolean} off
 */
function turn(id, kind, off) {
  const button = /** @type {HTMLButtonElement} */ (document.querySelector(`#${id}`));
  const stream = /** @type {MediaStream | null} */ (own.srcObject);
  for (const track of stream?.getTracks() ?? []) if (track.kind === kind) track.enabled = !off;
  button.setAttribute("aria-pressed", String(off));
  button.title = LABELS[kind][off ? 1 : 0];
}

/**
 * @param {string} id
 * @param {"audio" | "video"} kind
 */
function toggles(id, kind) {
  const button = /** @type {HTMLButtonElement} */ (document.querySelector(`#${id}`));
  button.onclick = () => turn(id, kind, button.getAttribute("aria-pressed") !== "true");
}

function leave() {
  send({ type: "leave" });
  finish("left", "You have left.", "leave");
}

toggles("mute", "audio");
toggles("camera", "video");
addEventListener("message", ({ data, source, origin }) => {
  if (source === window.parent && origin === location.origin && data?.source === "visit") void obey(data);
});
/** @type {HTMLButtonElement} */ (document.querySelector("#leave")).onclick = leave;
addEventListener("pointerdown", () => {
  remote.muted = false;
  look();
});
// A tab that is closed leaves; one that crashes, or whose network is gone, does not.
addEventListener("pagehide", leave);
// The parent lets somebody in again by another token in the same address.
addEventListener("hashchange", () => location.reload());

void enter();
