/** Camera and microphone of this device, and why one of them cannot be used. */
import { t } from "../../shell/messages.js";

/**
 * @typedef {"refused" | "none" | "busy" | "unsupported"} Fault
 * @typedef {"camera" | "microphone"} Kind
 * @typedef {{deviceId: string, label: string}} Device
 * @typedef {{track: MediaStreamTrack | null, fault: Fault | null}} Opened
 * @typedef {{[kind in Kind]: Opened}} Media
 * @typedef {{camera: Device | null, microphone: Device | null}} Wanted a device that is gone is replaced by another
 */

/** Enough to see oneself, and opened fast. */
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, facingMode: "user" };

/**
 * Opens both, asking the person once if possible. The caller stops the tracks.
 * @param {Wanted} wanted
 * @returns {Promise<Media>}
 */
export async function openDevices(wanted) {
  try {
    const stream = await open({ video: cameraOf(wanted), audio: microphoneOf(wanted) });
    return { camera: found(stream.getVideoTracks()), microphone: found(stream.getAudioTracks()) };
  } catch {
    // One of them is enough for a call: which one fails shows only if each is asked for by itself.
    return { camera: await openCamera(wanted), microphone: await openMicrophone(wanted) };
  }
}

/** @param {Wanted} wanted @returns {Promise<Opened>} */
export function openCamera(wanted) {
  return openOne({ video: cameraOf(wanted) });
}

/** @param {Wanted} wanted @returns {Promise<Opened>} */
export function openMicrophone(wanted) {
  return openOne({ audio: microphoneOf(wanted) });
}

/** @returns {Promise<{[kind in Kind]: Device[]}>} what can be chosen; labels are empty before the person has agreed */
export async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (/** @type {MediaDeviceKind} */ kind) => devices.filter((one) => one.kind === kind && one.deviceId);
  return { camera: of("videoinput"), microphone: of("audioinput") };
}

/** @returns {Promise<Fault | null>} why the camera cannot be used, as far as that shows without asking for it */
export async function findCameraFault() {
  try {
    // Older browsers lack it, and TypeScript does not know the name.
    const { permissions } = navigator;
    const { state } = await permissions.query({ name: /** @type {any} */ ("camera") });
    if (state === "denied") return "refused";
  } catch {
    // This browser does not tell.
  }
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.some(({ kind }) => kind === "videoinput") ? null : "none";
}

/**
 * @param {Kind} kind
 * @param {Fault} fault
 * @returns {string} what is wrong, and what to do
 */
export function faultText(kind, fault) {
  return FAULTS[kind][fault];
}

/** What each fault means, and what to do. @type {{[kind in Kind]: {[fault in Fault]: string}}} */
const FAULTS = {
  camera: {
    refused: t("visits.fault.camera.refused"),
    none: t("visits.fault.camera.none"),
    busy: t("visits.fault.camera.busy"),
    unsupported: t("visits.fault.camera.unsupported"),
  },
  microphone: {
    refused: t("visits.fault.microphone.refused"),
    none: t("visits.fault.microphone.none"),
    busy: t("visits.fault.microphone.busy"),
    unsupported: t("visits.fault.microphone.unsupported"),
  },
};

/** @param {MediaStreamConstraints} constraints @returns {Promise<Opened>} */
async function openOne(constraints) {
  try {
    return found((await open(constraints)).getTracks());
  } catch (error) {
    return { track: null, fault: faultOf(error) };
  }
}

/** @param {MediaStreamConstraints} constraints */
async function open(constraints) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotSupportedError");
  return navigator.mediaDevices.getUserMedia(constraints);
}

/** @param {MediaStreamTrack[]} tracks @returns {Opened} */
function found([track]) {
  return track ? { track, fault: null } : { track: null, fault: "none" };
}

/** @param {unknown} error of getUserMedia @returns {Fault} */
function faultOf(error) {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotSupportedError":
      return "unsupported";
    default:
      return "busy";
  }
}

/** @param {Wanted} wanted */
function cameraOf({ camera }) {
  return { ...PICTURE, ...(camera ? { deviceId: { ideal: camera.deviceId } } : {}) };
}

/** @param {Wanted} wanted */
function microphoneOf({ microphone }) {
  return microphone ? { deviceId: { ideal: microphone.deviceId } } : true;
}
