/**
 * What this browser keeps for its pages and for the service worker, which sees no other storage. It knows nothing of
 * pages. Private windows may have no database: then every call fails.
 */
const DATABASE = "bedside-device";

/** A database that takes longer to open is not used. In milliseconds. */
const OPEN_MS = 3_000;

/** @typedef {"answers" | "owner"} StoreName `owner`: whom push messages are for, and the key to their doses */

const OWNER = "push";

/**
 * @param {StoreName} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>}
 */
export async function inStore(name, mode, act) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const store of ["answers", "owner"]) request.result.createObjectStore(store);
  };
  // Safari sometimes never answers.
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), OPEN_MS));
  const database = await Promise.race([settled(request), late]);
  try {
    return await settled(act(database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

/** Push messages on this device are for this person, and so are answers on them. @param {string} userId */
export async function setOwnerOfDevice(userId) {
  try {
    await inStore("owner", "readwrite", (store) => store.put(userId, OWNER));
  } catch {
    // Nobody can answer on a notification; it opens the page.
  }
}

/** @returns {Promise<string>} whom push messages on this device are for; "" if nobody knows */
export async function ownerOfDevice() {
  try {
    return (await inStore("owner", "readonly", (store) => store.get(OWNER))) ?? "";
  } catch {
    return "";
  }
}

/** @param {IDBRequest} request @returns {Promise<any>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
