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
const LIFE_MS = 7 * 24 * 3600 * 1000;

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
let stopped = false;

/** Where the browser stores nothing: what this page alone still knows. @type {Map<string, Draft>} */
const unstored = new Map();

/**
 * @param {string} userId
 * @param {string} visitId
 * @returns {Promise<Draft | null>}
 */
export async function draftOf(userId, visitId) {
  return (await draftsOf(userId)).find((draft) => draft.visitId === visitId) ?? null;
}

/**
 * @param {string} userId
 * @returns {Promise<(Draft & {visitId: string})[]>} all that this person has typed here and not saved
 */
export async function draftsOf(userId) {
  const found = new Map(unstored);
  try {
    const drafts = await store("readonly");
    const [keys, values] = await Promise.all([answer(drafts.getAllKeys()), answer(drafts.getAll())]);
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
export async function keepDraft(userId, visitId, draft) {
  if (stopped) return;
  const key = `${userId} ${visitId}`;
  unstored.delete(key);
  try {
    const drafts = await store("readwrite");
    if (draft) await answer(drafts.put({ ...draft, keptAt: Date.now() }, key));
    else await answer(drafts.delete(key));
  } catch {
    if (draft) unstored.set(key, draft);
  }
}

/** From now on this page keeps nothing any more: nobody is signed in who could have typed it. */
export function stopKeeping() {
  stopped = true;
}

/**
 * Removes whatever somebody has typed here and not saved.
 * @param {string} userId
 */
export function dropDrafts(userId) {
  return drop((key) => key.startsWith(`${userId} `));
}

/** Removes whatever is too old, also of those who never came back. */
export function dropOldDrafts() {
  return drop((_, { keptAt }) => Date.now() - keptAt > LIFE_MS);
}

/** @param {(key: string, draft: Draft & {keptAt: number}) => boolean} which */
async function drop(which) {
  try {
    const drafts = await store("readwrite");
    const [keys, values] = await Promise.all([answer(drafts.getAllKeys()), answer(drafts.getAll())]);
    const gone = keys.filter((key, place) => which(String(key), values[place]));
    await Promise.all(gone.map((key) => answer(drafts.delete(key))));
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
  return answer(request);
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
