/** Ends push messages to this browser. Loaded when somebody signs out, so it keeps no state. */

/** What the server knows this browser by. */
export const PUSH_KEY = "bedside.push";

/** Without a call: the push service tells the server when the next message is sent. */
export async function forgetPush() {
  try {
    localStorage.removeItem(PUSH_KEY);
    const registration = await navigator.serviceWorker?.getRegistration();
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  } catch {
    // There is none, or storage is blocked.
  }
}
