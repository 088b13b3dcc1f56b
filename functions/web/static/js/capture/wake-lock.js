/** Keeps the screen on while photos are on their way, where the browser can. */
export class WakeLock {
  #wanted = false;
  /** @type {Promise<{release(): Promise<void>}> | null} */
  #lock = null;

  constructor() {
    // The browser takes the lock away whenever the page goes out of view.
    document.addEventListener("visibilitychange", () => {
      this.#lock = null;
      if (this.#wanted && document.visibilityState === "visible") this.hold();
    });
  }

  hold() {
    this.#wanted = true;
    if (this.#lock || !("wakeLock" in navigator)) return;
    this.#lock = navigator.wakeLock.request("screen");
    this.#lock.catch(() => (this.#lock = null)); // low battery: the upload goes on without it
  }

  release() {
    this.#wanted = false;
    this.#lock?.then((lock) => lock.release()).catch(() => {});
    this.#lock = null;
  }
}
