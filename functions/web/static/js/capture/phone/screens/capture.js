import { byId, photos, announce, showMessages, showThumbnails } from "../dom.js";

/** How many of the latest photos are shown under the count. */
const STRIP = 4;

/**
 * Camera and gallery, and how many photos there are.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function captureScreen(app) {
  const camera = /** @type {HTMLInputElement} */ (byId("camera"));
  const gallery = /** @type {HTMLInputElement} */ (byId("gallery"));
  /** @type {string[]} */
  let messages = [];

  for (const input of [camera, gallery]) {
    input.addEventListener("change", async () => {
      const files = [...(input.files ?? [])];
      input.value = ""; // the same photo may be chosen again after it was deleted
      if (files.length === 0) return;
      const queue = app.queue;
      messages = [];
      messages = messages.concat(await queue.add(files));
      render();
    });
  }
  byId("review").addEventListener("click", () => app.go("review"));

  function render() {
    const { queue } = app;
    const max = queue.session.maxImages;
    const full = queue.used >= max;
    const waiting = queue.unsent.length;
    byId("count").textContent = `${queue.used} of ${max}`;
    byId("capture-hint").textContent = hint(full, queue.used === 0);
    camera.disabled = gallery.disabled = full;
    byId("review").hidden = waiting === 0;
    byId("review").textContent = `Review ${photos(waiting)}`;
    showThumbnails(byId("strip"), queue, queue.unsent.slice(-STRIP));
    byId("preparing").hidden = queue.preparing === 0;
    byId("preparing").textContent = `Preparing ${photos(queue.preparing)}…`;
    const warnings = queue.store.persistent ? [] : ["Keep this page open until your photos are sent: this browser does not keep them."];
    showMessages(byId("capture-messages"), messages.concat(waiting ? warnings : []), "warn");
    announce(queue.preparing ? `Preparing ${photos(queue.preparing)}` : `${queue.used} of ${max} photos`);
  }

  return {
    show: render,
    update: render,
    hide: () => {
      messages = [];
    },
  };
}

/**
 * @param {boolean} full
 * @param {boolean} empty
 */
function hint(full, empty) {
  if (full) return "This session is full. To make room, delete photos here, or on the desktop and scan the code again.";
  return empty ? "Check the patient’s name above, then take the first photo." : "Check the patient’s name above.";
}
