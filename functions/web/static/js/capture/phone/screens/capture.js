import { t } from "../../../shell/messages.js";
import { consentChoice } from "../../consent.js";
import * as api from "../api.js";
import { keepLate } from "../follow.js";
import { byId, announce, showMessages, showThumbnails } from "../dom.js";

/** How many of the latest photos are shown under the count. */
const STRIP = 4;

/**
 * Camera and gallery, and how many photos there are.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
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
      announce(t("capture.consent.recorded"));
      return consent;
    } catch (error) {
      messages = [t("capture.phone.consent-failed")];
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
    const { used, preparing } = queue;
    const full = used >= max;
    const waiting = queue.unsent.length;
    const { drafts, sent } = queue;
    const failed = queue.photos.filter(({ phase }) => phase === "failed").length;
    byId("count").textContent = t("capture.count", { used, max });
    byId("capture-hint").textContent = hint(full, used === 0, drafts.length);
    camera.disabled = gallery.disabled = full;
    byId("review").hidden = waiting === 0;
    byId("review").textContent = progress(drafts.length, failed, waiting);
    byId("add-details").hidden = drafts.length > 0 || queue.photos.every(({ seen }) => seen);
    atOnce.setAttribute("aria-checked", String(Boolean(queue.session.sendAtOnce)));
    const { consent = null, inRecord = 0 } = queue.session;
    showConsent(consent);
    byId("consent-said").hidden = !consent;
    byId("in-record").hidden = !inRecord;
    const committed = inRecord ? `✓ ${t("capture.phone.in-record", { count: inRecord })}` : "";
    if (byId("in-record").textContent !== committed) byId("in-record").textContent = committed;
    showThumbnails(byId("strip"), queue, queue.photos.slice(-STRIP));
    byId("preparing").hidden = preparing === 0;
    byId("preparing").textContent = t("capture.phone.preparing", { count: preparing });
    const warnings = queue.store.persistent ? [] : [t("capture.phone.keep-open")];
    showMessages(byId("capture-messages"), messages.concat(app.warning || [], waiting ? warnings : []), "warn");
    if (preparing) announce(t("capture.phone.preparing.told", { count: preparing }));
    else if (waiting === 0 && sent.length > 0) announce(t("capture.phone.told.sent", { used, max, count: sent.length }));
    else announce(t("capture.phone.told", { used, max }));
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
  if (drafts > 0) return t("capture.phone.review.count", { count: drafts });
  return failed > 0 ? t("capture.phone.not-sent", { count: failed }) : t("capture.phone.sending", { count: waiting });
}

/**
 * @param {boolean} full
 * @param {boolean} empty
 * @param {number} count of photos to be reviewed
 */
function hint(full, empty, count) {
  if (full) return t("capture.phone.full");
  if (count > 0) return t("capture.phone.drafts", { count });
  return empty ? t("capture.phone.check-name.first") : t("capture.phone.check-name");
}
