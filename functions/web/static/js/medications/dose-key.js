/**
 * The key with which today's doses are sealed (AES-256-GCM). The browser keeps it and uses it, but tells it to nobody, not even
 * to its pages. Also loaded when somebody signs out, so this keeps no state.
 */
import { inStore } from "../shell/device-store.js";

/**
 * Beside whom push messages are for: a store of its own would need a newer version of the database, which pages and a service
 * worker of an earlier release could not open.
 */
const STORE = "owner";
const NAME = "doses";

/** @returns {Promise<CryptoKey>} @throws where there is no database, as in some private windows */
export async function doseKey() {
  return (await storedKey()) ?? (await newKey());
}

/** What was sealed with the key is lost. */
export async function forgetDoseKey() {
  try {
    await inStore(STORE, "readwrite", (store) => store.delete(NAME));
  } catch {
    // There is no database.
  }
}

/** @returns {Promise<CryptoKey | undefined>} */
function storedKey() {
  return inStore(STORE, "readonly", (store) => store.get(NAME));
}

async function newKey() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  try {
    await inStore(STORE, "readwrite", (store) => store.add(key, NAME));
    return key;
  } catch (error) {
    // Another tab may have been first.
    const other = await storedKey();
    if (other) return other;
    throw error;
  }
}
