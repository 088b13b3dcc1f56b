/** Push messages to this browser: whether they come, and turning them on and off. */
import { apiCall, apiGet } from "../shell/api.js";
import { setOwnerOfDevice } from "../shell/device-store.js";
import { registerServiceWorker } from "../shell/service-worker.js";
import { siteStorage } from "../shell/storage.js";
import { PUSH_KEY, forgetPush } from "./forget-push.js";

/**
 * @typedef {"missing" | "homeScreen" | "denied" | "on" | "off" | "unused"} PushState `missing`: the browser cannot;
 *   `homeScreen`: it can once the page is on the home screen; `unused`: nobody has set push messages up here
 * @typedef {import("openapi").SubscriptionListDocument} Subscriptions
 */

const PATH = "/notifications/subscriptions";

/** Somebody was asked, and did not want to be. */
const ASKED_KEY = "bedside.push-asked";

/** @returns {PushState} as far as the browser alone knows */
export function browserState() {
  if (!("serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis)) {
    return isAppleMobile() ? "homeScreen" : "missing";
  }
  return permission() === "denied" ? "denied" : "off";
}

/** @returns {Promise<Subscriptions>} all of somebody's browsers, and the server's key */
export function listBrowsers() {
  return apiGet(PATH);
}

/** @param {string} subscriptionId @returns {Promise<void>} */
export async function removeBrowser(subscriptionId) {
  await apiCall("DELETE", `${PATH}/${encodeURIComponent(subscriptionId)}`);
  if (isHere(subscriptionId)) await forgetPush();
}

/** @param {string} subscriptionId @returns {boolean} whether it is this browser's */
export function isHere(subscriptionId) {
  return subscriptionId === siteStorage.read(PUSH_KEY);
}

/** @param {Subscriptions} found @returns {Promise<PushState>} */
export async function pushState({ publicKey, subscriptions }) {
  if (publicKey === null) return "unused";
  const state = browserState();
  if (state !== "off" || permission() !== "granted") return state;
  const registration = await navigator.serviceWorker.getRegistration();
  const own = await registration?.pushManager.getSubscription();
  return own && subscriptions.some(({ subscriptionId }) => isHere(subscriptionId)) ? "on" : "off";
}

/**
 * Asks for permission, so somebody must just have pressed a button.
 * @param {string} userId
 * @returns {Promise<PushState>}
 */
export async function turnOn(userId) {
  if ((await Notification.requestPermission()) !== "granted") return browserState();
  /** @type {Subscriptions} */
  const { publicKey } = await apiGet(PATH);
  const registration = await registerServiceWorker();
  if (!registration || publicKey === null) return "missing";
  await ready(registration);
  const subscription = await subscribe(registration.pushManager, publicKey);
  const { endpoint, keys } = subscription.toJSON();
  const { subscriptionId } = await apiCall("POST", PATH, { endpoint, keys, applicationServerKey: publicKey });
  await setOwnerOfDevice(userId);
  siteStorage.write(PUSH_KEY, subscriptionId);
  return "on";
}

/** @returns {Promise<PushState>} */
export async function turnOff() {
  const known = siteStorage.read(PUSH_KEY);
  if (known) await apiCall("DELETE", `${PATH}/${encodeURIComponent(known)}`);
  await forgetPush();
  return "off";
}

/** @returns {boolean} whether it makes sense to ask somebody who has never been asked */
export function mayOffer() {
  return browserState() === "off" && permission() === "default" && siteStorage.read(ASKED_KEY) === null;
}

export function refuseOffer() {
  try {
    siteStorage.write(ASKED_KEY, "1");
  } catch {
    // They are asked once more.
  }
}

/** @param {PushManager} manager @param {string} publicKey */
async function subscribe(manager, publicKey) {
  /** @type {PushSubscriptionOptionsInit} */
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) };
  try {
    return await manager.subscribe(options);
  } catch (error) {
    // A subscription with a key that was replaced since is in the way.
    const old = await manager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return manager.subscribe(options);
  }
}

/** Only an active service worker can subscribe. @param {ServiceWorkerRegistration} registration */
async function ready(registration) {
  if (!registration.active) await navigator.serviceWorker.ready;
}

/** @param {string} base64url */
function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function permission() {
  // eslint-disable-next-line compat/compat -- asked for only where the browser can
  return Notification.permission;
}

function isAppleMobile() {
  // An iPad says that it is a Mac, and has a touch screen.
  return /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}
