/** Uploads waiting photos, three at a time. Dispatches "done" when none is left, "ended" when the session has ended. */

import { PARALLEL } from "../upload/limits.js";
import { uploadPhoto } from "../upload/transfer.js";
import { toFailure } from "./failure.js";

/** @typedef {import("./photo.js").Photo} Photo */

export class Uploader extends EventTarget {
  /** Waiting for the phone to come back online or into view. */
  paused = false;
  /** Uploads under way. */
  active = 0;
  #over = false;
  #stop = new AbortController();
  #lock = new WakeLock();

  /** @param {import("./queue.js").PhotoQueue} queue */
  constructor(queue) {
    super();
    this.queue = queue;
  }

  /**
   * Uploads drafts, and photos left waiting by a reload. A second tap has no effect.
   * @param {readonly Photo[]} [photos] all, unless told otherwise
   */
  async start(photos = this.queue.photos) {
    const drafts = photos.filter((photo) => photo.phase === "draft");
    await Promise.all(drafts.map((photo) => this.queue.update(photo, { phase: "waiting" })));
    this.resume();
  }

  /** Retries failed photos, and continues with waiting ones. */
  retry() {
    for (const photo of this.queue.photos) if (photo.phase === "failed") this.#setWaiting(photo);
    this.resume();
  }

  /** Retries what failed for lack of a connection: the phone is awake or online again. */
  wake() {
    for (const photo of this.queue.photos) {
      if (photo.phase === "failed" && photo.failure?.kind === "transient") this.#setWaiting(photo);
    }
    if (this.queue.photos.some((photo) => photo.phase === "waiting")) this.resume();
  }

  resume() {
    this.paused = false;
    while (!this.#over && this.active < PARALLEL) {
      const photo = this.queue.photos.find(({ phase }) => phase === "waiting");
      if (!photo) break;
      this.#run(photo);
    }
    this.queue.changed();
    this.reportIfDone();
  }

  stop() {
    this.#over = true;
    this.#stop.abort();
    this.#lock.release();
  }

  /** Reports when everything has been sent. Call it also after photos were deleted. */
  reportIfDone() {
    if (this.active > 0 || this.#over) return;
    this.#lock.release();
    if (!this.queue.photos.some(({ phase }) => phase === "waiting" || phase === "failed")) {
      this.dispatchEvent(new Event("done"));
    }
  }

  /** @param {Photo} photo */
  async #run(photo) {
    this.active += 1;
    this.#lock.hold();
    photo.phase = "sending"; // before anything is awaited: no second run can pick it up
    try {
      const answer = await uploadPhoto(
        this.queue.session,
        photo,
        (change) => this.queue.update(photo, change),
        (share) => this.queue.setProgress(photo, share),
        this.#stop.signal,
      );
      photo.phase = "sent";
      await this.queue.store.dropPhoto(photo.id);
      this.queue.updateCount(answer);
      await this.queue.store.putSession(this.queue.session);
    } catch (error) {
      await this.#failed(photo, error);
    }
    this.active -= 1;
    if (this.paused) this.reportIfDone();
    else this.resume();
  }

  /**
   * @param {Photo} photo
   * @param {unknown} error
   */
  async #failed(photo, error) {
    if (this.#over) return;
    const failure = toFailure(error);
    if (failure.kind === "ended") {
      this.stop();
      this.dispatchEvent(new Event("ended"));
    } else if (failure.kind === "dropped") {
      await this.queue.drop(photo);
    } else if (failure.kind === "transient" && (!navigator.onLine || document.hidden)) {
      // The phone is asleep or offline: not a failure of the photo, and nothing for anyone to retry.
      this.paused = true;
      this.#setWaiting(photo);
    } else {
      Object.assign(photo, { phase: "failed", failure, progress: photo.stored ? 1 : 0 });
      this.queue.changed();
    }
  }

  /** @param {Photo} photo */
  #setWaiting(photo) {
    Object.assign(photo, { phase: "waiting", failure: null, progress: photo.stored ? 1 : 0 });
    this.queue.changed();
  }
}

/** Keeps the screen on during uploads, where the browser can. */
class WakeLock {
  #wanted = false;
  /** @type {Promise<{release(): Promise<void>}> | null} */
  #lock = null;

  constructor() {
    // The browser releases the lock whenever the page is hidden.
    document.addEventListener("visibilitychange", () => {
      this.#lock = null;
      if (this.#wanted && document.visibilityState === "visible") this.hold();
    });
  }

  hold() {
    this.#wanted = true;
    if (this.#lock || !("wakeLock" in navigator)) return;
    // eslint-disable-next-line compat/compat -- asked for above
    this.#lock = navigator.wakeLock.request("screen");
    this.#lock.catch(() => (this.#lock = null)); // low battery: the upload goes on without it
  }

  release() {
    this.#wanted = false;
    this.#lock?.then((lock) => lock.release()).catch(() => {});
    this.#lock = null;
  }
}
