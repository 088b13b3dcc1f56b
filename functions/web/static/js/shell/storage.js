/**
 * Site storage, which a browser may block, or fill. What all tabs share cannot be done without: writing it fails with
 * StorageFailure. What one tab keeps for a reload is held in memory instead.
 */
import { t } from "./messages.js";

const PROBE_KEY = "bedside.probe";

/** Room for a sign-in. In characters. */
const PROBE_SIZE = 4_096;

/** The browser stores nothing for this site; the message is for people. */
export class StorageFailure extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super(
      isFull(cause)
        ? t("shell.storage.full")
        : t("shell.storage.blocked"),
      { cause },
    );
    this.name = "StorageFailure";
  }
}

/** What all tabs of this browser share. */
export const siteStorage = {
  /** @param {string} key @returns {string | null} also null while storage is blocked */
  read(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string} value @throws {StorageFailure} */
  write(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch (error) {
      throw new StorageFailure(error);
    }
  },
  /** @param {string} key */
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing can have been stored.
    }
  },
};

/** @returns {StorageFailure | null} why a sign-in could not be stored; asked before a code is used up */
export function findStorageFailure() {
  try {
    siteStorage.write(PROBE_KEY, " ".repeat(PROBE_SIZE));
    return null;
  } catch (error) {
    return /** @type {StorageFailure} */ (error);
  } finally {
    siteStorage.remove(PROBE_KEY);
  }
}

/** What this tab keeps that could not be stored. @type {Map<string, string>} */
const inMemory = new Map();

/** What this tab keeps for a reload; without storage, until then. */
export const tabStorage = {
  /** @param {string} key @returns {string | null} */
  read(key) {
    try {
      return inMemory.get(key) ?? sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string} value */
  write(key, value) {
    inMemory.delete(key);
    try {
      sessionStorage.setItem(key, value);
    } catch {
      inMemory.set(key, value);
    }
  },
  /** @param {string} key */
  remove(key) {
    inMemory.delete(key);
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Nothing can have been stored.
    }
  },
  clear() {
    inMemory.clear();
    try {
      sessionStorage.clear();
    } catch {
      // As above.
    }
  },
};

/** @param {unknown} error */
function isFull(error) {
  try {
    // Browsers that block storage may report that there is no room, although nothing is stored.
    return error instanceof DOMException && error.name === "QuotaExceededError" && localStorage.length > 0;
  } catch {
    return false;
  }
}
