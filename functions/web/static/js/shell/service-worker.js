/** The service worker, which browsers keep beside the pages. Pages that need it register it; it is the same for all. */

/** @returns {Promise<ServiceWorkerRegistration | null>} null where the browser has none, or forbids it */
export async function registerServiceWorker() {
  try {
    return (await navigator.serviceWorker?.register("/sw.js")) ?? null;
  } catch {
    return null;
  }
}
