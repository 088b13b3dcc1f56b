/**
 * What was typed and is not saved yet, kept in this browser until it is: in IndexedDB, so that neither a reload nor a
 * browser that crashed loses it. Each draft is its writer's: nobody else is shown it. Whoever signs out takes theirs
 * along; where a sign-in ends by itself, they wait for the same person.
 *
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {{texts: Notes, base: Notes, etag: string}} Draft what was typed, and the version that it was typed into
 */

const DATABASE = "bedside-drafts";
const STORE = "notes";

/** Nothing of a patient stays in a browser for longer, whoever wrote it. In milliseconds. */
const RETENTION_MS = 7 * 24 * 3600 * 1000;

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
let stopped = false;

/** Where the browser stores nothing: what this page alone still knows. @type {Map<string, Draft>} */
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
 * @returns {Promise<(Draft & {visitId: string})[]>} all that this person has typed here and not saved
 */
export async function listDrafts(userId) {
  const found = new Map(inMemory);
  try {
    const drafts = await store("readonly");
    const [keys, values] = await Promise.all([settled(drafts.getAllKeys()), settled(drafts.getAll())]);
    for (const [place, key] of keys.entries()) found.set(String(key), values[place]);
  } catch {
    // A browser without storage: what is typed is saved all the same, only not kept here meanwhile.
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
    const drafts = await store("readwrite");
    if (draft) await settled(drafts.put({ ...draft, keptAt: Date.now() }, key));
    else await settled(drafts.delete(key));
  } catch {
    if (draft) inMemory.set(key, draft);
  }
}

/** From now on this page keeps nothing any more: nobody is signed in who could have typed it. */
export function stopSavingDrafts() {
  stopped = true;
}

/**
 * Removes whatever somebody has typed here and not saved.
 * @param {string} userId
 */
export function deleteDrafts(userId) {
  return deleteWhere((key) => key.startsWith(`${userId} `));
}

/** Removes whatever is too old, also of those who never came back. */
export function deleteExpiredDrafts() {
  return deleteWhere((_, { keptAt }) => Date.now() - keptAt > RETENTION_MS);
}

/** @param {(key: string, draft: Draft & {keptAt: number}) => boolean} which */
async function deleteWhere(which) {
  try {
    const drafts = await store("readwrite");
    const [keys, values] = await Promise.all([settled(drafts.getAllKeys()), settled(drafts.getAll())]);
    const gone = keys.filter((key, place) => which(String(key), values[place]));
    await Promise.all(gone.map((key) => settled(drafts.delete(key))));
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
