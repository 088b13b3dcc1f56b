/** What this side shows and says: camera and microphone, or drawn pictures where there is no camera. */

const DRAWN = { width: 320, height: 240 };
const PICTURES_A_SECOND = 12;

/**
 * @param {string} name what a drawn picture shows
 * @returns {Promise<MediaStream>}
 */
export async function ownMedia(name) {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  } catch {
    return drawn(name);
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
