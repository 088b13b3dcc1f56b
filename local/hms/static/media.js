/** What this side shows and says: camera and microphone, or drawn pictures where there is no camera. */

const DRAWN = { width: 320, height: 240 };
const PICTURES_A_SECOND = 12;

/**
 * @param {string} name what a drawn picture shows
 * @returns {Promise<MediaStream>} without video where the camera fails, and the microphone does not
 */
export async function ownMedia(name) {
  for (const video of [{ width: 640, height: 480 }, false]) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true, video });
    } catch {
      // The other way, or a drawn picture.
    }
  }
  return drawn(name);
}

/**
 * @param {"audioinput" | "videoinput"} kind
 * @param {string} label
 * @returns {Promise<MediaStreamTrack | null>} of the device with this name; null if there is none
 */
export async function trackOf(kind, label) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const deviceId = devices.find((one) => one.kind === kind && one.label === label)?.deviceId;
  if (!label || !deviceId) return null;
  try {
    const wanted = { deviceId: { exact: deviceId } };
    const stream = await navigator.mediaDevices.getUserMedia(kind === "audioinput" ? { audio: wanted } : { video: wanted });
    return stream.getTracks()[0] ?? null;
  } catch {
    return null;
  }
}

/** @param {string} name */
function drawn(name) {
  const canvas = Object.assign(document.createElement("canvas"), DRAWN);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const draw = () => {
    const turn = (Date.now() / 4000) % 1;
    context.fillStyle = "#1c2827";
    context.fillRect(0, 0, DRAWN.width, DRAWN.height);
    context.fillStyle = "#5fcabf";
    context.beginPath();
    context.arc(DRAWN.width / 2 + Math.cos(turn * 2 * Math.PI) * 90, 80, 10, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#e8f0ef";
    context.font = "28px system-ui, sans-serif";
    context.textAlign = "center";
    context.fillText(name, DRAWN.width / 2, 150);
    context.fillText(new Date().toLocaleTimeString(), DRAWN.width / 2, 190);
  };
  draw();
  setInterval(draw, 1000 / PICTURES_A_SECOND);
  return canvas.captureStream(PICTURES_A_SECOND);
}
