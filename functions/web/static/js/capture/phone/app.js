/** What this phone does, for which session: from the code that was scanned until its photos are sent or deleted. */

import { t } from "../../shell/messages.js";
import { notify } from "../upload/api.js";
import { showHeader } from "./header.js";
import { isUnsent } from "./photo.js";
import { PhotoQueue } from "./queue.js";
import { ScreenStack } from "./screen-stack.js";
import { ERRORS } from "./screens/outcome.js";
import { tab } from "./session.js";
import { Uploader } from "./uploader.js";

/** @typedef {import("./session.js").Session} Session */

export class App {
  /** The session to continue with after another one's photos. @type {Session | null} */
  next = null;
  /** Set by the first open(), before any screen that uses it. */
  queue = /** @type {PhotoQueue} */ (/** @type {unknown} */ (null));
  uploader = /** @type {Uploader | null} */ (null);
  /** What went wrong meanwhile, for the camera's screen. */
  warning = "";
  #screens;
  /** @type {PhotoQueue | null} */
  #opening = null;

  /**
   * @param {import("./store.js").Store} store
   * @param {import("../upload/compressor.js").Compressor} compressor
   */
  constructor(store, compressor) {
    this.store = store;
    this.compressor = compressor;
    this.#screens = new ScreenStack(this);
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.#screens.update());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#wake();
    });
  }

  /** The screen that shows. */
  get name() {
    return this.#screens.name;
  }

  /** Shows a screen. @param {import("./screen-stack.js").Name} name @param {unknown} [detail] */
  go(name, detail) {
    this.#screens.go(name, detail);
  }

  /** Begins a session, after dealing with an earlier patient's photos. @param {Session} session */
  async begin(session) {
    tab.write(session);
    await this.store.join(session);
    const held = await this.store.cleanUp(session.key, Date.now());
    if (!session.uploadToken) return this.open(session);
    for (const other of held.filter(({ unsent }) => unsent === 0)) {
      await new PhotoQueue(other.session, this.store, this.compressor).load(); // sends its pending deletions
    }
    const earlier = held.find((other) => other.unsent > 0 && other.session.asideFor !== session.key);
    if (earlier) await this.open(earlier.session, session);
    else await this.open(session);
  }

  /**
   * Makes a session current, and shows the screen that its photos need.
   * @param {Session} session
   * @param {Session | null} [next] to continue with afterwards
   */
  async open(session, next = null) {
    this.#close();
    this.next = next;
    const queue = (this.#opening = new PhotoQueue(session, this.store, this.compressor));
    await queue.load();
    if (this.#opening !== queue) return; // called twice: woke up and came online
    this.queue = queue;
    const uploader = new Uploader(queue);
    this.uploader = uploader;
    queue.addEventListener("change", () => this.#screens.update());
    uploader.addEventListener("done", () => this.#done());
    uploader.addEventListener("ended", () => this.ended());
    showHeader(session);
    const waits = !session.uploadToken && queue.unsent.length > 0;
    if (next || waits) this.go("handoff");
    else if (!session.uploadToken) await this.#forget();
    else if (queue.photos.some(({ phase }) => phase === "waiting")) {
      this.go("uploading"); // "Send" had been pressed before the reload
      uploader.resume();
    } else this.go(queue.unsent.length > 0 ? "review" : "capture");
  }

  /** Sends the drafts; a second tap does nothing. */
  send() {
    if (this.name === "uploading" || this.queue.preparing > 0) return;
    this.queue.clearSent();
    this.go("uploading");
    this.uploader?.start();
  }

  /** Sends the details of a photo, unless they go along with it. @param {import("./photo.js").Photo} photo */
  async sendDetails(photo) {
    if (photo.phase !== "sent") return;
    try {
      await notify(this.queue.session, photo.s3Key ?? "", photo);
    } catch {
      this.warning = t("capture.phone.details-failed");
      this.#screens.update();
    }
  }

  /** Continues with more photos, or with the patient whose code was scanned. */
  async proceed() {
    this.queue.clearSent();
    const { next } = this;
    if (!next) return this.go("capture");
    await this.begin(next);
  }

  /** Deletes an earlier or ended session's unsent photos and continues. */
  async discard() {
    const { next, queue } = this;
    if (queue.session.uploadToken) await Promise.all(queue.unsent.map((photo) => queue.remove(photo)));
    else if (await this.#isStale()) return; // nobody has seen what would be deleted now
    else await this.store.dropSession(queue.session.key);
    if (next) await this.proceed();
    else await this.#forget();
  }

  /** Keeps an ended session's photos here and continues. */
  async putAside() {
    const { next, queue } = this;
    this.next = null; // the second tap of a double tap
    if (!next) return;
    await this.store.putSession({ ...queue.session, asideFor: next.key });
    await this.begin(next);
  }

  /** Handles the end of the session: its unsent photos wait for a new code of the same patient. */
  async ended() {
    const { next, queue } = this;
    const { session } = queue;
    this.uploader?.stop();
    await queue.settled(); // a photo that is just being prepared is kept too
    if (this.queue !== queue) return;
    const lost = queue.unsent.length;
    this.#close();
    const latest = await this.store.session(session.key);
    // Another tab has scanned a newer code for the same patient: use that.
    if (latest?.uploadToken && latest.uploadToken !== session.uploadToken) return this.open(latest, next);
    const kept = await this.store.retire(session);
    if (kept > 0) {
      if (!next) tab.write(session);
      return this.open(session, next);
    }
    if (next) return this.begin(next);
    await this.#forget(lost > 0 ? ERRORS.lost : ERRORS.ended);
  }

  /** Deletes everything about the session from this phone. */
  async #forget(trouble = ERRORS.ended) {
    this.#close();
    await this.store.dropSession(this.queue.session.key);
    tab.write(null);
    showHeader(null);
    this.go("error", trouble);
  }

  /** Whether the waiting photos are gone: another tab continued with them, or a day has passed. */
  async #isStale() {
    const { next, queue } = this;
    await this.store.cleanUp(queue.session.key, Date.now());
    const latest = await this.store.session(queue.session.key);
    const waiting = (await this.store.photosOf(queue.session.key)).filter(isUnsent).length;
    if (this.queue !== queue) return true;
    if (latest && !latest.uploadToken && waiting === queue.unsent.length) return false;
    await this.begin(next ?? latest ?? queue.session);
    return true;
  }

  #wake() {
    // An earlier patient's photos wait for a decision first.
    if (this.name !== "handoff") this.uploader?.wake();
    if (this.name === "handoff" && !this.queue.session.uploadToken) this.#isStale();
    this.queue?.sendDeletions();
  }

  #done() {
    const { preparing, sent } = this.queue;
    if (this.name !== "uploading" || preparing > 0) return; // more follow at once
    if (sent.length > 0) this.go("success", sent.length);
    else this.proceed(); // everything was deleted instead
  }

  #close() {
    this.uploader?.stop();
    this.queue?.close();
  }
}
