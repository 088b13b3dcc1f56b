/** Ends push messages to this browser. Loaded when somebody signs out or in, so it keeps no state. */
import { ownerOfDevice } from "../shell/device-store.js";

/** What the server knows this browser by. */
export const PUSH_KEY = "bedside.push";

/**
 * Without a call: the push service tells the server when the next message is sent.
 * @param {string} [userId] whose messages stay, as they use this device now
 */
export async function forgetPush(userId) {
  try {
    if (userId && [userId, ""].includes(await ownerOfDevice())) return;
    localStorage.removeItem(PUSH_KEY);
    const registration = await navigator.serviceWorker?.getRegistration();
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  } catch {
    // There is none, or storage is blocked.
  }
}
