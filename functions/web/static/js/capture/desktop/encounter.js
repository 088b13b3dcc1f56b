/** The encounter that the photos belong to: read from the URL, and written back to it. */
import { tabStorage } from "../../shell/storage.js";
import { cleanLine } from "../../shell/text.js";
import { IDS } from "./ids.js";

/** @typedef {import("./api.js").Encounter} Encounter */

const NAMES = /** @type {const} */ (["patientName", "patientNHI"]);
const STORAGE_KEY = "bedside.patient";
// The encounter that a person has started in this tab.
const STARTED_KEY = "bedside.started";

/**
 * Reads the encounter from the URL. The patient's name is removed from it at once, so that no history or bookmark keeps
 * it, and stored in this tab for a reload.
 * @returns {Partial<Encounter>}
 */
export function encounterFromUrl() {
  const query = new URLSearchParams(location.search);
  /** @type {Partial<Encounter>} */
  const found = {};
  for (const name of [...IDS, ...NAMES]) {
    const value = cleanLine(query.get(name) ?? "");
    if (value) found[name] = value;
  }
  const kept = loadEncounter();
  if (kept && kept.encounterId === found.encounterId && kept.patientId === found.patientId) {
    for (const name of NAMES) found[name] ??= kept[name];
  }
  if (NAMES.some((name) => query.has(name))) {
    for (const name of NAMES) query.delete(name);
    history.replaceState(null, "", `${location.pathname}?${query}`);
    tabStorage.write(STORAGE_KEY, JSON.stringify(found));
  }
  return found;
}

/**
 * @param {Partial<Encounter>} encounter
 * @returns {boolean} whether a person has started exactly this in this tab; a link to another patient has not
 */
export function wasStarted(encounter) {
  return tabStorage.read(STARTED_KEY) === summary(encounter);
}

/**
 * Makes a reload return to this session.
 * @param {Encounter} encounter
 */
export function rememberEncounter(encounter) {
  history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(IDS.map((name) => [name, encounter[name]]))}`);
  tabStorage.write(STORAGE_KEY, JSON.stringify(encounter));
  tabStorage.write(STARTED_KEY, summary(encounter));
}

/**
 * Makes a reload show what has ended, rather than open it again.
 * @param {Encounter} encounter
 */
export function rememberEnded(encounter) {
  rememberEncounter(encounter);
  tabStorage.remove(STARTED_KEY);
}

/** Makes a reload show the empty form. */
export function forgetEncounter() {
  history.replaceState(null, "", location.pathname);
  tabStorage.remove(STORAGE_KEY);
  tabStorage.remove(STARTED_KEY);
}

/** @param {Partial<Encounter>} encounter */
function summary(encounter) {
  return JSON.stringify([...IDS, ...NAMES].map((name) => encounter[name] ?? ""));
}

/** @returns {Partial<Encounter> | null} */
function loadEncounter() {
  try {
    return JSON.parse(tabStorage.read(STORAGE_KEY) ?? "null");
  } catch {
    return null;
  }
}
