/**
 * The service worker, `/sw.js`: shows push messages and opens what they are about, and sends answers to doses when there
 * is a network again. It serves the page of medicines, without its data, where there is none: that page is the one
 * that people need at a certain time, wherever they are. It keeps nothing but those answers.
 */
import { PAGE_CACHE } from "./medications/page-cache-name.js";
import { SYNC, callOf, forgetAnswer, keepAnswer, keptAnswers } from "./medications/queue.js";
import { notificationOf } from "./notifications/push-message.js";
import { ownerOfDevice } from "./shell/device-store.js";

/** Where doses are answered. */
const MEDICINES = "/medicines";

/** What that page loads; a name with a hash in it never changes its content. */
const ITS_FILE = /^\/assets\/(?:medicines|icon)[.-]/;

// The types are those of pages. @type {any}
const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate" && pathname === MEDICINES) event.respondWith(freshOrKept(request));
  else if (ITS_FILE.test(pathname)) event.respondWith(keptOrFresh(request));
});
worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(show(event.data?.text() ?? "")));
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(act(event.action, event.notification.data));
});
worker.addEventListener("sync", (/** @type {any} */ event) => event.tag === SYNC && event.waitUntil(sendAnswers()));

/** @param {Request} request for the page */
async function freshOrKept(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await find(request);
    if (!kept) throw error;
    return kept;
  }
}

/** @param {Request} request for a file of the page */
async function keptOrFresh(request) {
  return (await find(request)) ?? fetch(request);
}

/** @param {Request} request @returns {Promise<Response | undefined>} */
async function find(request) {
  const cache = await worker.caches.open(PAGE_CACHE);
  // The page is kept in the language that it was last read in.
  return cache.match(request, { ignoreSearch: true, ignoreVary: true });
}

/** @param {string} content of the push message */
async function show(content) {
  const { title, options } = notificationOf(content, worker.location.origin);
  await worker.registration.showNotification(title, options);
  await tellPages({ type: "told" });
}

/**
 * @param {string} action what was chosen on the notification, "" for itself
 * @param {{link: string, doseIds: string[]}} about
 */
async function act(action, { link, doseIds }) {
  if (doseIds.length && (action === "taken" || action === "snooze")) {
    const userId = await ownerOfDevice();
    const at = Date.now();
    // Where nobody is known, as in a private window, nobody would send it: the page shows the dose.
    for (const doseId of userId ? doseIds : []) await keepAnswer({ doseId, userId, act: action, at });
    // A page sends it: only pages hold a sign-in.
    if (await tellPages({ type: "doses" }, MEDICINES)) return;
    await worker.clients.openWindow(MEDICINES);
    return;
  }
  const pages = await openPages();
  const open = pages.find(({ url }) => url === new URL(link, worker.location.origin).href);
  if (open) await open.focus();
  else await worker.clients.openWindow(link);
}

/** Sends what waits with the access tokens of its taps, while these are valid; pages send the rest, and tell of refusals. */
async function sendAnswers() {
  for (const answer of await keptAnswers()) {
    const call = callOf(answer, Date.now());
    if (!answer.token || !call || Date.now() >= (answer.expiresAt ?? 0)) continue;
    const { ok } = await fetch(call.path, {
      method: "POST",
      headers: { authorization: `Bearer ${answer.token}`, ...(call.body ? { "content-type": "application/json" } : {}) },
      body: call.body && JSON.stringify(call.body),
      credentials: "omit",
    });
    if (ok) await forgetAnswer(answer);
  }
  await tellPages({ type: "doses" });
}

/**
 * @param {object} message
 * @param {string} [path] only pages at it
 * @returns {Promise<boolean>} whether there is such a page
 */
async function tellPages(message, path) {
  const pages = (await openPages()).filter(({ url }) => !path || new URL(url).pathname === path);
  for (const page of pages) page.postMessage(message);
  return pages.length > 0;
}

/** @returns {Promise<any[]>} */
function openPages() {
  return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
}
