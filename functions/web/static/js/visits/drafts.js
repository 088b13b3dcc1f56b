/**
 * What was typed and is not saved yet, kept in this browser until it is: in IndexedDB, so that neither a reload nor a
 * browser that crashed loses it. It goes with the sign-in: `forgetDrafts` is called when that ends.
 *
 * @typedef {import("./api.js").Notes} Notes
 * @typedef {{texts: Notes, base: Notes, etag: string}} Draft what was typed, and the version that it was typed into
 */

const DATABASE = "bedside-drafts";
const STORE = "notes";

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
let forgotten = false;

/**
 * @param {string} userId
 * @param {string} visitId
 * @returns {Promise<Draft | null>}
 */
export async function draftOf(userId, visitId) {
  try {
    return (await answer((await store("readonly")).get(`${userId} ${visitId}`))) ?? null;
  } catch {
    // A browser without storage: what is typed is saved all the same, only not kept here meanwhile.
    return null;
  }
}

/**
 * @param {string} userId
 * @param {string} visitId
 * @param {Draft | null} draft null once it is saved
 */
export async function keepDraft(userId, visitId, draft) {
  if (forgotten) return;
  try {
    const notes = await store("readwrite");
    const key = `${userId} ${visitId}`;
    if (draft) await answer(notes.put(draft, key));
    else await answer(notes.delete(key));
  } catch {
    // As above.
  }
}

/** Removes all drafts, for good: this page keeps none any more. */
export function forgetDrafts() {
  forgotten = true;
  try {
    indexedDB.deleteDatabase(DATABASE);
  } catch {
    // No storage, no drafts.
  }
}

/** @param {IDBTransactionMode} mode */
async function store(mode) {
  opening ??= open();
  return (await opening).transaction(STORE, mode).objectStore(STORE);
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await answer(request);
  // Another tab signs out: nothing here may keep the drafts alive.
  database.onversionchange = () => {
    database.close();
    opening = null;
  };
  return database;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
