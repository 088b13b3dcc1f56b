/**
 * Keeps this browser's push messages coming after the server's key was replaced, or after its reader has signed in anew.
 * Loaded once a page has settled, so it keeps no state.
 */
import { PUSH_KEY, forgetPush } from "./forget-push.js";

const PATH = "/notifications/subscriptions";

/** In this tab, since its reader signed in: signing out empties the tab's storage. */
const CHECKED_KEY = "bedside.push-checked";

/** @param {typeof import("../shell/api.js").apiCall} call the page's own, which knows its sign-in */
export async function renewPush(call) {
  try {
    const id = localStorage.getItem(PUSH_KEY);
    if (!id || sessionStorage.getItem(CHECKED_KEY)) return;
    const manager = (await navigator.serviceWorker?.getRegistration())?.pushManager;
    if (!manager) return;
    /** @type {import("openapi").SubscriptionListDocument} */
    const { publicKey, subscriptions } = await call("GET", PATH);
    const known = subscriptions.find(({ subscriptionId }) => subscriptionId === id);
    // Its owner may have removed it elsewhere.
    if (!known || publicKey === null) await forgetPush();
    else await keep(call, manager, known, publicKey);
    sessionStorage.setItem(CHECKED_KEY, "1");
  } catch {
    // The next page tries again.
  }
}

/**
 * @param {typeof import("../shell/api.js").apiCall} call
 * @param {PushManager} manager
 * @param {import("openapi").SubscriptionDocument} known
 * @param {string} publicKey
 */
async function keep(call, manager, known, publicKey) {
  let own = await manager.getSubscription();
  const isOurs = own && keyOf(own) === publicKey;
  if (isOurs && known.current) return;
  if (!isOurs) {
    await own?.unsubscribe();
    own = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  }
  const { endpoint, keys } = /** @type {PushSubscription} */ (own).toJSON();
  const { subscriptionId } = await call("POST", PATH, { endpoint, keys, applicationServerKey: publicKey });
  localStorage.setItem(PUSH_KEY, subscriptionId);
}

/** @param {PushSubscription} subscription @returns {string} the key that it belongs to, in base64url */
function keyOf({ options }) {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
