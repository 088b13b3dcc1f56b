/** Which screen shows, for which session. */

import { part, say } from "./dom.js";
import { isUnsent } from "./photo.js";
import { Queue } from "./queue.js";
import { captureScreen } from "./screens/capture.js";
import { detailsScreen } from "./screens/details.js";
import { handoffScreen } from "./screens/handoff.js";
import { TROUBLES, errorScreen, successScreen } from "./screens/outcome.js";
import { reviewScreen } from "./screens/review.js";
import { uploadingScreen } from "./screens/uploading.js";
import { Sender } from "./uploader.js";
import { patientOf, tab } from "./session.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {"validating" | "capture" | "review" | "details" | "uploading" | "success" | "handoff" | "error"} Name
 * @typedef {{show(detail?: unknown): void, update?(): void, hide?(): void}} Screen
 */

/** Screens that the phone's Back button walks through. */
const WALK = new Set(["capture", "review", "details"]);

export class App {
  /** @type {Name} */
  name = "validating";
  /** To go on with once another session's photos are out of the way. @type {Session | null} */
  next = null;
  /** There from the first open() on; the screens that use it show only after that. */
  queue = /** @type {Queue} */ (/** @type {unknown} */ (null));
  sender = /** @type {Sender | null} */ (null);
  #queued = false;
  /** @type {Queue | null} */
  #opening = null;

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./compressor.js").Compressor} compressor
   */
  constructor(store, compressor) {
    this.store = store;
    this.compressor = compressor;
    /** @type {Record<Name, Screen>} */
    this.screens = {
      validating: { show() {} },
      capture: captureScreen(this),
      review: reviewScreen(this),
      details: detailsScreen(this),
      uploading: uploadingScreen(this),
      success: successScreen(this),
      handoff: handoffScreen(this),
      error: errorScreen(),
    };
    addEventListener("popstate", ({ state }) => {
      if (!WALK.has(this.name)) return;
      const empty = this.queue.unsent.length === 0;
      this.go(empty ? "capture" : (state?.screen ?? "capture"), state?.detail, true);
    });
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#wake();
    });
  }

  /** Begins a session, after whatever an earlier patient's has left here. @param {Session} session */
  async begin(session) {
    tab.write(session);
    await this.store.join(session);
    const held = await this.store.tidy(session.key, Date.now());
    if (!session.uploadToken) return this.open(session);
    for (const other of held.filter(({ unsent }) => unsent === 0)) {
      await new Queue(other.session, this.store, this.compressor).load(); // only deletions are left to tell
    }
    const earlier = held.find((other) => other.unsent > 0 && other.session.asideFor !== session.key);
    if (earlier) await this.open(earlier.session, session);
    else await this.open(session);
  }

  /**
   * Makes a session the current one, and shows where its photos are.
   * @param {Session} session
   * @param {Session | null} [next] to go on with afterwards
   */
  async open(session, next = null) {
    this.#close();
    this.next = next;
    const queue = (this.#opening = new Queue(session, this.store, this.compressor));
    await queue.load();
    if (this.#opening !== queue) return; // waking up and coming online at once
    this.queue = queue;
    const sender = new Sender(queue);
    this.sender = sender;
    queue.addEventListener("change", () => this.#changed());
    sender.addEventListener("done", () => this.#done(sender.sent));
    sender.addEventListener("ended", () => this.ended());
    this.#header(session);
    const waits = !session.uploadToken && queue.unsent.length > 0;
    if (next || waits) this.go("handoff");
    else if (!session.uploadToken) await this.#forget();
    else if (queue.photos.some(({ phase }) => phase === "waiting")) {
      this.go("uploading"); // "Send" had been pressed before the reload
      sender.resume();
    } else this.go(queue.unsent.length > 0 ? "review" : "capture");
  }

  /** Sends the drafts; a second tap does nothing. */
  send() {
    if (this.name === "uploading" || this.queue.preparing > 0) return;
    this.go("uploading");
    this.sender?.start();
  }

  /** On to more photos, or to the patient whose code was scanned. */
  async goOn() {
    this.queue.clearSent();
    const { next } = this;
    if (!next) return this.go("capture");
    await this.begin(next);
  }

  /** Deletes an earlier or ended session's unsent photos and goes on. */
  async discard() {
    const { next, queue } = this;
    if (queue.session.uploadToken) await Promise.all(queue.unsent.map((photo) => queue.remove(photo)));
    else if (await this.#stale()) return; // nobody has seen what would be deleted now
    else await this.store.dropSession(queue.session.key);
    if (next) await this.goOn();
    else await this.#forget();
  }

  /** Leaves an ended session's photos here and goes on. */
  async putAside() {
    const { next, queue } = this;
    this.next = null; // the second tap of a double tap
    if (!next) return;
    await this.store.putSession({ ...queue.session, asideFor: next.key });
    await this.begin(next);
  }

  /** The session is gone: its token goes too, and its unsent photos wait for a new code of the same patient. */
  async ended() {
    const { next, queue } = this;
    const { session } = queue;
    const lost = queue.unsent.length;
    this.#close();
    const latest = await this.store.session(session.key);
    // Another tab has scanned a newer code for the same patient: go on with that.
    if (latest?.uploadToken && latest.uploadToken !== session.uploadToken) return this.open(latest, next);
    const kept = await this.store.retire(session);
    if (kept > 0) {
      if (!next) tab.write(session);
      return this.open(session, next);
    }
    if (next) return this.begin(next);
    await this.#forget(lost > 0 ? TROUBLES.lost : TROUBLES.ended);
  }

  /** Nothing of the session stays on this phone. */
  async #forget(trouble = TROUBLES.ended) {
    this.#close();
    await this.store.dropSession(this.queue.session.key);
    tab.write(null);
    this.#header(null);
    this.go("error", trouble);
  }

  /** Whether the waiting photos are no longer so: another tab went on with them, or a day has passed. */
  async #stale() {
    const { next, queue } = this;
    await this.store.tidy(queue.session.key, Date.now());
    const latest = await this.store.session(queue.session.key);
    const waiting = (await this.store.photosOf(queue.session.key)).filter(isUnsent).length;
    if (this.queue !== queue) return true;
    if (latest && !latest.uploadToken && waiting === queue.unsent.length) return false;
    await this.begin(next ?? latest ?? queue.session);
    return true;
  }

  /**
   * Shows a screen and moves the focus to its heading.
   * @param {Name} name
   * @param {unknown} [detail]
   * @param {boolean} [back] whether the Back button asked for it
   */
  go(name, detail, back = false) {
    const changed = name !== this.name;
    if (changed) this.screens[this.name].hide?.();
    this.name = name;
    for (const section of document.querySelectorAll("main > section")) {
      /** @type {HTMLElement} */ (section).hidden = section.getAttribute("data-screen") !== name;
    }
    if (changed && !back && WALK.has(name) && name !== "capture") history.pushState({ screen: name, detail }, "");
    say("");
    this.screens[name].show(detail);
    if (this.name !== name) return; // the screen had nothing to show and went elsewhere
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-screen="${name}"] h1`))?.focus({ preventScroll: true });
  }

  #wake() {
    // Only where sending shows: an earlier patient's photos wait for an answer first.
    if (this.name === "uploading") this.sender?.wake();
    if (this.name === "handoff" && !this.queue.session.uploadToken) this.#stale();
    this.queue?.settleRemovals();
  }

  /** @param {number} sent */
  #done(sent) {
    if (this.name !== "uploading") return;
    if (sent > 0) this.go("success", sent);
    else this.goOn(); // everything was deleted instead
  }

  #close() {
    this.sender?.stop();
    this.queue?.close();
  }

  /** At most one update per frame, however many bytes went out. */
  #changed() {
    if (this.#queued) return;
    this.#queued = true;
    setTimeout(() => {
      this.#queued = false;
      this.screens[this.name].update?.();
    }, 16);
  }

  /** @param {Session | null} session */
  #header(session) {
    part("patient").hidden = session === null;
    if (!session) return;
    part("patient-name").textContent = patientOf(session);
    part("patient-nhi").hidden = !session.patientNHI;
    part("patient-nhi").textContent = `NHI ${session.patientNHI}`;
  }
}
