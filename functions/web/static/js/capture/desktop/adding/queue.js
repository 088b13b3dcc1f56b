/**
 * Photos that are sent from this computer, in the order in which they were added. Dispatches "change" whenever one
 * changes. Loaded later: it may import only modules without state that the page shares.
 */
import { isComplete } from "../../upload/completeness.js";
import { Compressor } from "../../upload/compressor.js";
import { PARALLEL, fit } from "../../upload/limits.js";
import { sha256 } from "../../upload/sha256.js";
import { takenAt as exifOrFileTime } from "../../upload/taken.js";
import { link, uploadPhoto } from "../../upload/transfer.js";
import { damaged, refusalOf, tooMany, unreadable, whyUnsent } from "./refusals.js";

/**
 * `refused`: nothing more can be done about it. `failed`: it can be tried again. `photo` once it is prepared.
 * @typedef {{id: string, name: string, phase: "preparing" | "waiting" | "sending" | "failed" | "refused" | "sent",
 *   progress: number, reason: string, wakes: boolean, photo: import("../../upload/api.js").Photo | null}} Item
 * @typedef {object} QueueHandlers
 * @property {string} encounterId
 * @property {() => Promise<import("openapi").UploadTokenDocument>} token asks for another token
 * @property {() => void} sent has the page read the session's photos anew
 * @property {(error: unknown) => boolean} refused tells whether the session cannot continue, and shows it
 * @property {(error: unknown) => string} explain what went wrong with a call of the page's own
 */

export class AddingQueue extends EventTarget {
  /** @type {Item[]} */
  items = [];
  #handlers;
  #session;
  #compressor = new Compressor();
  #clockOffset = 0;
  #lastInstant = 0;
  #active = 0;
  #stop = new AbortController();

  /** @param {QueueHandlers} handlers */
  constructor(handlers) {
    super();
    this.#handlers = handlers;
    this.#session = { encounterId: handlers.encounterId, uploadToken: /** @type {string | null} */ (null) };
    addEventListener("online", () => this.#wake(), { signal: this.#stop.signal });
  }

  /** How many photos still have to reach the server. */
  get unsent() {
    return this.items.filter(({ phase }) => phase !== "sent" && phase !== "refused").length;
  }

  stop() {
    this.#stop.abort();
    this.items = [];
  }

  /** @param {File[]} files */
  async add(files) {
    const refused = files.map((file) => [file.name, refusalOf(file)]).filter(([, reason]) => reason);
    for (const [name, reason] of refused) this.#put(name, "refused", reason);
    const pictures = files.filter((file) => !refusalOf(file));
    if (pictures.length === 0) return this.#changed();
    const room = await this.#room();
    if (this.#stop.signal.aborted) return;
    const { take, over } = fit(pictures.length, room.used, room.max);
    if (over > 0) this.#put("", "refused", tooMany(over, room.max));
    await Promise.all(pictures.slice(0, take).map((file) => this.#prepare(file)));
  }

  /** @param {Item} item */
  retry(item) {
    Object.assign(item, { phase: "waiting", reason: "", progress: item.photo?.stored ? 1 : 0 });
    this.#pump();
  }

  /** Takes an item off the list: one that was refused, or that nobody wants to send any more. @param {Item} item */
  drop(item) {
    this.items = this.items.filter((other) => other !== item);
    this.#changed();
  }

  /**
   * How many photos the session has, with those on their way from here. If that cannot be asked, the server refuses what
   * is too many.
   */
  async #room() {
    const waiting = this.unsent;
    try {
      const { imageCount, maxImages } = await this.#renew();
      return { used: imageCount + waiting, max: maxImages };
    } catch (error) {
      if (this.#handlers.refused(error)) this.stop();
      return { used: 0, max: Infinity };
    }
  }

  async #renew() {
    const answer = await this.#handlers.token();
    this.#session.uploadToken = answer.uploadToken;
    this.#clockOffset = Date.parse(answer.serverTime) - Date.now() || 0;
    return answer;
  }

  /** @param {File} file */
  async #prepare(file) {
    const item = this.#put(file.name, "preparing");
    const now = (this.#lastInstant = Math.max(Date.now() + this.#clockOffset, this.#lastInstant + 1));
    try {
      // A file that cannot be read twice must not cost the photo.
      const here = now - this.#clockOffset;
      const time = exifOrFileTime(file, here).catch(() => here);
      if (!(await isComplete(file).catch(() => true))) return this.#refuse(item, damaged(file.name));
      const blob = await this.#compressor.compress(file, link.rate);
      const digest = await sha256(await blob.arrayBuffer());
      const taken = Math.round((await time) + this.#clockOffset);
      const made = { id: item.id, sha256: digest, size: blob.size, blob, metadata: {}, takenAt: taken, addedAt: now };
      item.photo = { ...made, begun: false, stored: false, s3Key: null, progress: 0 };
      item.phase = "waiting";
      this.#pump();
    } catch {
      this.#refuse(item, unreadable(file.name));
    }
  }

  #pump() {
    while (this.#active < PARALLEL && !this.#stop.signal.aborted) {
      const item = this.items.find(({ phase }) => phase === "waiting");
      if (!item?.photo) break;
      void this.#send(item, item.photo);
    }
    this.#changed();
  }

  /** @param {Item} item @param {import("../../upload/api.js").Photo} photo */
  async #send(item, photo) {
    this.#active += 1;
    item.phase = "sending"; // before anything is awaited: no second run can pick it up
    try {
      await this.#transfer(item, photo);
      Object.assign(item, { phase: "sent", photo: null });
      this.drop(item);
      this.#handlers.sent();
    } catch (error) {
      this.#failed(item, error);
    }
    this.#active -= 1;
    this.#pump();
  }

  /** A token lives for minutes: when it has ended, another one goes on. @param {Item} item @param {import("../../upload/api.js").Photo} photo */
  async #transfer(item, photo) {
    const send = async () => {
      if (!this.#session.uploadToken) await this.#renew();
      const update = async (/** @type {Partial<import("../../upload/api.js").Photo>} */ change) => void Object.assign(photo, change);
      const onProgress = (/** @type {number} */ share) => {
        item.progress = share;
        this.#changed();
      };
      await uploadPhoto(this.#session, photo, update, onProgress, this.#stop.signal);
    };
    try {
      await send();
    } catch (error) {
      if (/** @type {{status?: number}} */ (error).status !== 401) throw error;
      this.#session.uploadToken = null;
      await send();
    }
  }

  /** @param {Item} item @param {unknown} error */
  #failed(item, error) {
    if (this.#stop.signal.aborted || this.#handlers.refused(error)) return;
    // The page's list says whether the session has ended.
    if (/** @type {{slug?: string}} */ (error).slug === "session-not-found") this.#handlers.sent();
    const { reason, wakes } = whyUnsent(error, this.#handlers.explain);
    Object.assign(item, { phase: "failed", reason, wakes, progress: 0 });
    this.#changed();
  }

  /** Sends again what failed for lack of a connection. */
  #wake() {
    for (const item of this.items) if (item.phase === "failed" && item.wakes) this.retry(item);
  }

  /** @param {Item} item @param {string} reason */
  #refuse(item, reason) {
    Object.assign(item, { phase: "refused", reason });
    this.#changed();
  }

  /** @param {string} name @param {Item["phase"]} phase @param {string} [reason] */
  #put(name, phase, reason = "") {
    /** @type {Item} */
    const item = { id: crypto.randomUUID(), name, phase, progress: 0, reason, wakes: false, photo: null };
    this.items.push(item);
    this.#changed();
    return item;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
