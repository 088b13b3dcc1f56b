/** What this browser uses in calls: kept, because people use the same headset every day. */
import { siteStorage } from "../../shell/storage.js";

/** @typedef {import("./devices.js").Device} Device */
/** @typedef {{camera: Device | null, microphone: Device | null, video: boolean}} Choice null: the browser's own choice */

const KEY = "bedside.call-devices";

/** @returns {Choice} */
export function readChoice() {
  try {
    const { camera, microphone, video } = JSON.parse(siteStorage.read(KEY) ?? "{}");
    return { camera: deviceIn(camera), microphone: deviceIn(microphone), video: video !== false };
  } catch {
    return { camera: null, microphone: null, video: true };
  }
}

/** @param {Choice} choice */
export function keepChoice(choice) {
  try {
    siteStorage.write(KEY, JSON.stringify(choice));
  } catch {
    // It is asked for again next time.
  }
}

/** @param {any} kept @returns {Device | null} */
function deviceIn(kept) {
  return typeof kept?.deviceId === "string" && typeof kept.label === "string" ? { deviceId: kept.deviceId, label: kept.label } : null;
}
