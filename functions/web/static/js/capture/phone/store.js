/**
 * Storage for what must survive a reload: sessions with their upload token, and unsent photos with their bytes. Uses
 * IndexedDB; where a browser refuses that (some private windows), nothing is stored and `persistent` is false.
 *
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./photo.js").Photo} Photo
 */

import { fromRecord, isUnsent, toRecord } from "./photo.js";
import { isOld } from "./session.js";

/** A database that takes longer to open is not used, in milliseconds. */
const OPEN_MS = 3_000;

const STORES = ["sessions", "photos", "bytes"];

export class Store {
  /** @param {IDBDatabase | null} database */
  constructor(database) {
    this.database = database;
    this.persistent = database !== null;
  }

  /** @returns {Promise<Store>} */
  static async open() {
    try {
      const request = indexedDB.open("bedside-capture", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("sessions", { keyPath: "key" });
        request.result.createObjectStore("photos", { keyPath: "id" }).createIndex("session", "sessionKey");
        request.result.createObjectStore("bytes", { keyPath: "id" });
      };
      // Safari sometimes never answers, and the page works without a database.
      const late = new Promise((_, reject) => setTimeout(reject, OPEN_MS));
      return new Store(await Promise.race([settled(request), /** @type {Promise<never>} */ (late)]));
    } catch {
      return new Store(null);
    }
  }

  /**
   * Stores a session. With a new token its photos must reserve new places: the desktop may have ended the session and
   * begun another.
   * @param {Session} session
   */
  async join(session) {
    const before = await this.session(session.key);
    if (before && before.uploadToken !== session.uploadToken) {
      const records = await this.#records(session.key);
      await this.#write(["photos"], (on) => {
        for (const record of records) on("photos").put({ ...record, stored: false });
      });
    }
    session.sendAtOnce ??= before?.sendAtOnce ?? true;
    await this.putSession(session);
  }

  /**
   * Deletes an ended session's token but keeps its unsent photos; without any, deletes the session.
   * @param {Session} session
   */
  async retire(session) {
    session.uploadToken = null;
    const unsent = (await this.photosOf(session.key)).filter(isUnsent).length;
    if (unsent > 0) await this.putSession(session);
    else await this.dropSession(session.key);
    return unsent;
  }

  /** @param {Session} session */
  async putSession(session) {
    await this.#write(["sessions"], (on) => on("sessions").put({ ...session }));
  }

  /** @param {string} key @returns {Promise<Session | null>} */
  async session(key) {
    return (await this.#read(["sessions"], (on) => on("sessions").get(key))) ?? null;
  }

  /** @returns {Promise<Session[]>} newest first */
  async sessions() {
    const found = await this.#read(["sessions"], (on) => on("sessions").getAll());
    return (found ?? []).sort((/** @type {Session} */ a, /** @type {Session} */ b) => b.usedAt - a.usedAt);
  }

  /**
   * Stores a photo; its bytes only the first time, as they never change.
   * @param {Photo} photo
   * @param {ArrayBuffer} [bytes]
   */
  async putPhoto(photo, bytes) {
    await this.#write(bytes ? ["photos", "bytes"] : ["photos"], (on) => {
      on("photos").put(toRecord(photo));
      // Bytes and not a Blob: Safari has lost Blobs kept in IndexedDB.
      if (bytes) on("bytes").put({ id: photo.id, bytes });
    });
  }

  /** @param {string} sessionKey @returns {Promise<Photo[]>} in the order they were taken */
  async photosOf(sessionKey) {
    const photos = [];
    for (const record of await this.#records(sessionKey)) {
      const kept = await this.#read(["bytes"], (on) => on("bytes").get(record.id));
      const photo = fromRecord(record, kept ? new Blob([kept.bytes], { type: "image/jpeg" }) : null);
      if (photo.blob || photo.phase === "removing") photos.push(photo);
    }
    return photos.sort((a, b) => a.addedAt - b.addedAt);
  }

  /** @param {string} id */
  async dropPhoto(id) {
    await this.#write(["photos", "bytes"], (on) => {
      on("photos").delete(id);
      on("bytes").delete(id);
    });
  }

  /** @param {string} id */
  async dropBytes(id) {
    await this.#write(["bytes"], (on) => on("bytes").delete(id));
  }

  /** Deletes a session with its photos. @param {string} key */
  async dropSession(key) {
    const records = await this.#records(key);
    await this.#write(STORES, (on) => {
      on("sessions").delete(key);
      for (const { id } of records) {
        on("photos").delete(id);
        on("bytes").delete(id);
      }
    });
  }

  /**
   * Deletes sessions without photos, except one, and photos older than a day.
   * @param {string | null} except the key of the session in use
   * @param {number} now Unix milliseconds by this phone's clock
   * @returns {Promise<{session: Session, unsent: number}[]>} other sessions that still hold photos
   */
  async cleanUp(except, now) {
    const held = [];
    const sessions = await this.sessions();
    const known = new Map(sessions.map((session) => [session.key, session]));
    const all = (await this.#read(["photos"], (on) => on("photos").getAll())) ?? [];
    for (const { id, sessionKey, addedAt } of all) {
      const session = known.get(sessionKey);
      if (!session || isOld(addedAt, session, now)) await this.dropPhoto(id);
    }
    for (const session of sessions) {
      if (session.key === except) continue;
      const photos = await this.photosOf(session.key);
      if (photos.length === 0 || isOld(session.usedAt, session, now)) await this.dropSession(session.key);
      else held.push({ session, unsent: photos.filter(isUnsent).length });
    }
    return held;
  }

  /** @param {string} sessionKey @returns {Promise<import("./photo.js").PhotoRecord[]>} */
  async #records(sessionKey) {
    return (await this.#read(["photos"], (on) => on("photos").index("session").getAll(sessionKey))) ?? [];
  }

  /**
   * @param {string[]} names
   * @param {(on: (name: string) => IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>} null when there is no database
   */
  async #read(names, ask) {
    if (!this.database) return null;
    try {
      const transaction = this.database.transaction(names);
      return await settled(ask((name) => transaction.objectStore(name)));
    } catch {
      return null;
    }
  }

  /**
   * @param {string[]} names
   * @param {(on: (name: string) => IDBObjectStore) => void} change
   */
  async #write(names, change) {
    if (!this.database) return;
    try {
      const transaction = this.database.transaction(names, "readwrite");
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
      change((name) => transaction.objectStore(name));
      transaction.commit?.(); // at once: the page may be gone by the time it is idle
      await done;
    } catch {
      this.persistent = false; // a full or broken disk: the page warns, and continues in memory
    }
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
