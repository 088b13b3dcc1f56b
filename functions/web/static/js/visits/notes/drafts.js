/**
 * Drafts of unsaved notes, stored in IndexedDB so that neither a reload nor a crash loses them. Drafts are shown only
 * to their writer. Signing out deletes them; when a sign-in ends by itself, they wait for the same person.
 *
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {{texts: Notes, base: Notes, etag: string, addendum?: string}} Draft the texts, and the version that they
 *   change; or an addendum to signed ones
 */

const DATABASE = "bedside-drafts";
const STORE = "notes";

/** Drafts are deleted after this time, because they contain patient data. In milliseconds. */
const RETENTION_MS = 7 * 24 * 3600 * 1000;

/** @type {Promise<IDBDatabase> | null} */
let database = null;
let stopped = false;

/** Drafts that the browser could not store. @type {Map<string, Draft>} */
const inMemory = new Map();

/**
 * @param {string} userId
 * @param {string} visitId
 * @returns {Promise<Draft | null>}
 */
export async function findDraft(userId, visitId) {
  return (await listDrafts(userId)).find((draft) => draft.visitId === visitId) ?? null;
}

/**
 * @param {string} userId
 * @returns {Promise<(Draft & {visitId: string})[]>} this person's drafts in this browser
 */
export async function listDrafts(userId) {
  const found = new Map(inMemory);
  try {
    const drafts = await objectStore("readonly");
    const [keys, values] = await Promise.all([settled(drafts.getAllKeys()), settled(drafts.getAll())]);
    for (const [place, key] of keys.entries()) found.set(String(key), values[place]);
  } catch {
    // Without storage, autosave still works; only drafts do not survive a reload.
  }
  const mine = [...found].filter(([key]) => key.startsWith(`${userId} `));
  return mine.map(([key, draft]) => ({ ...draft, visitId: key.slice(userId.length + 1) }));
}

/**
 * @param {string} userId
 * @param {string} visitId
 * @param {Draft | null} draft null once it is saved
 */
export async function saveDraft(userId, visitId, draft) {
  if (stopped) return;
  const key = `${userId} ${visitId}`;
  inMemory.delete(key);
  try {
    const drafts = await objectStore("readwrite");
    if (draft) await settled(drafts.put({ ...draft, keptAt: Date.now() }, key));
    else await settled(drafts.delete(key));
  } catch {
    if (draft) inMemory.set(key, draft);
  }
}

/** Whether a reload keeps the drafts of this page; the browser may block or have filled its storage. */
export function draftsSurvive() {
  return !inMemory.size;
}

/** Makes this page store no more drafts, because nobody is signed in any more. */
export function stopSavingDrafts() {
  stopped = true;
}

/**
 * Deletes a person's drafts.
 * @param {string} userId
 */
export function deleteDrafts(userId) {
  return deleteWhere((key) => key.startsWith(`${userId} `));
}

/** Deletes expired drafts of all people. */
export function deleteExpiredDrafts() {
  return deleteWhere((_, { keptAt }) => Date.now() - keptAt > RETENTION_MS);
}

/** @param {(key: string, draft: Draft & {keptAt: number}) => boolean} which */
async function deleteWhere(which) {
  try {
    const drafts = await objectStore("readwrite");
    const [keys, values] = await Promise.all([settled(drafts.getAllKeys()), settled(drafts.getAll())]);
    const gone = keys.filter((key, place) => which(String(key), values[place]));
    await Promise.all(gone.map((key) => settled(drafts.delete(key))));
  } catch {
    // Without storage there are no drafts.
  }
}

/** @param {IDBTransactionMode} mode */
async function objectStore(mode) {
  database ??= openDatabase();
  return (await database).transaction(STORE, mode).objectStore(STORE);
}

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
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
