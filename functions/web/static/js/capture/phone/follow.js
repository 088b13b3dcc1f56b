/** Follows the session while the page is visible: photos deleted on the desktop, its end. Reports unsent photos. */

import { NetworkFailure, HttpProblem } from "../../shell/http.js";
import * as api from "./api.js";
import { toFailure } from "./failure.js";
import { PhotoQueue } from "./queue.js";
import { phoneId, tab } from "./session.js";

/** How often to ask, in milliseconds. */
const EVERY_MS = 5_000;

/** How long to wait after a failure, in milliseconds. */
const AFTER_FAILURE_MS = 15_000;

/** Asks now, then again and again. @param {import("./app.js").App} app */
export function followSession(app) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  let asking = false;
  async function ask() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    const wait = await report(app).catch(() => AFTER_FAILURE_MS);
    asking = false;
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, wait);
  }
  // Also when it is hidden: the phone may go into a pocket now, with the photo just taken.
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  void ask();
}

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<number>} how long to wait before the next report, in milliseconds
 */
async function report(app) {
  const { queue } = app;
  const { uploadToken, countedAt } = queue?.session ?? {};
  if (!uploadToken || !navigator.onLine) return EVERY_MS;
  const uploading = app.uploader?.active;
  try {
    const { imageCount, committedCount, consent } = await api.report(queue.session, phoneId(), queue.unsent.length + queue.preparing);
    const { session } = queue;
    if (committedCount !== (session.inRecord ?? 0) || JSON.stringify(consent) !== JSON.stringify(session.consent)) {
      Object.assign(session, { consent, inRecord: committedCount });
      queue.changed();
    }
    // The answer may be older than that of an upload which was under way.
    const current = app.queue === queue && queue.session.countedAt === countedAt && !uploading && !app.uploader?.active;
    if (current && imageCount !== queue.session.imageCount) queue.updateCount({ imageCount, sequence: Infinity });
    return EVERY_MS;
  } catch (error) {
    const ended = toFailure(error).kind === "ended" && app.queue === queue && queue.session.uploadToken === uploadToken;
    if (ended) await app.ended();
    if (!(error instanceof HttpProblem || error instanceof NetworkFailure)) throw error;
    return AFTER_FAILURE_MS;
  }
}

/**
 * Keeps photos that were being taken while their session ended: the camera was open, and the page learned of the end.
 * @param {import("./app.js").App} app
 * @param {readonly File[]} files
 */
export async function keepLate(app, files) {
  const { session } = app.queue;
  const queue = new PhotoQueue(session, app.store, app.compressor);
  await app.store.putSession(session);
  await queue.load();
  await queue.add(files);
  queue.close();
  tab.write(session);
  await app.open(session, app.next);
}
