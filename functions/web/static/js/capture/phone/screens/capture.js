import { consentChoice } from "../../consent.js";
import * as api from "../api.js";
import { keepLate } from "../follow.js";
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
  const atOnce = byId("at-once");
  /** @type {string[]} */
  let messages = [];

  for (const input of [camera, gallery]) {
    input.addEventListener("change", async () => {
      const files = [...(input.files ?? [])];
      input.value = ""; // the same photo may be chosen again after it was deleted
      if (files.length === 0) return;
      const queue = app.queue;
      if (!queue.session.uploadToken) return keepLate(app, files);
      messages = [];
      const { uploader } = app;
      const sends = queue.session.sendAtOnce;
      messages = messages.concat(await queue.add(files, sends ? (photo) => uploader?.start([photo]) : null));
      if (sends) uploader?.reportIfDone();
      render();
    });
  }
  byId("review").addEventListener("click", () => app.go(app.queue.drafts.length > 0 ? "review" : "uploading"));
  byId("add-details").addEventListener("click", () => app.go("details", Math.max(0, app.queue.photos.findIndex(({ seen }) => !seen))));
  const select = /** @type {HTMLSelectElement} */ (byId("consent"));
  const showConsent = consentChoice(select, byId("consent-record"), async (choice) => {
    const { session } = app.queue;
    try {
      const consent = await api.recordConsent(session, choice);
      session.consent = consent;
      announce("Consent recorded");
      return consent;
    } catch (error) {
      messages = ["Consent could not be recorded. Try again, or record it on the desktop."];
      render();
      throw error;
    }
  });
  atOnce.addEventListener("click", () => {
    const { queue } = app;
    queue.session.sendAtOnce = !queue.session.sendAtOnce;
    queue.store.putSession(queue.session);
    render();
  });

  function render() {
    const { queue } = app;
    const max = queue.session.maxImages;
    const full = queue.used >= max;
    const waiting = queue.unsent.length;
    const { drafts, sent } = queue;
    const failed = queue.photos.filter(({ phase }) => phase === "failed").length;
    byId("count").textContent = `${queue.used} of ${max}`;
    byId("capture-hint").textContent = hint(full, queue.used === 0);
    camera.disabled = gallery.disabled = full;
    byId("review").hidden = waiting === 0;
    byId("review").textContent = progress(drafts.length, failed, waiting);
    byId("add-details").hidden = drafts.length > 0 || queue.photos.every(({ seen }) => seen);
    atOnce.setAttribute("aria-checked", String(Boolean(queue.session.sendAtOnce)));
    showConsent(queue.session.consent ?? null);
    showThumbnails(byId("strip"), queue, queue.photos.slice(-STRIP));
    byId("preparing").hidden = queue.preparing === 0;
    byId("preparing").textContent = `Preparing ${photos(queue.preparing)}…`;
    const warnings = queue.store.persistent ? [] : ["Keep this page open until your photos are sent: this browser does not keep them."];
    showMessages(byId("capture-messages"), messages.concat(app.warning || [], waiting ? warnings : []), "warn");
    const done = waiting === 0 && sent.length > 0 ? `, ${photos(sent.length)} sent` : "";
    announce(queue.preparing ? `Preparing ${photos(queue.preparing)}` : `${queue.used} of ${max} photos${done}`);
  }

  return {
    show: render,
    update: render,
    hide: () => {
      messages = [];
      app.warning = "";
    },
  };
}

/**
 * @param {number} drafts
 * @param {number} failed
 * @param {number} waiting
 */
function progress(drafts, failed, waiting) {
  if (drafts > 0) return `Review ${photos(drafts)}`;
  return failed > 0 ? `${photos(failed)} not sent` : `Sending ${photos(waiting)}…`;
}

/**
 * @param {boolean} full
 * @param {boolean} empty
 */
function hint(full, empty) {
  if (full) return "This session is full. To make room, delete photos here or on the desktop.";
  return empty ? "Check the patient’s name above, then take the first photo." : "Check the patient’s name above.";
}
