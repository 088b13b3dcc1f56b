/** The session that an encounter has already: a person who follows a link wants to see it. */
import { isId } from "./ids.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {{isOpen: boolean, encounter: Encounter, list: import("./images.js").List}} FoundSession
 */

/**
 * An open one is not joined with a name that only a link has; opening an ended one again is up to the person.
 * @param {import("./api.js").CaptureApi} api
 * @param {Partial<Encounter>} asked
 * @param {string | undefined} ownFacility
 * @returns {Promise<FoundSession | null>}
 */
export async function findSession(api, { encounterId, facilityId, patientId, patientName, patientNHI }, ownFacility) {
  if (!isId(encounterId) || !facilityId || facilityId !== ownFacility) return null;
  const list = await api.list(encounterId).catch(() => null);
  if (list?.state === "open" && list.patientId) {
    if (patientName || patientNHI) return null;
    return { isOpen: true, encounter: { encounterId, facilityId, patientId: isId(patientId) ? patientId : list.patientId }, list };
  }
  if (list?.state !== "ended" || !list.patient) return null;
  // One without photos binds its encounter to nobody: it is shown only for its own patient.
  if (!list.images.length && patientId && patientId !== list.patient.patientId) return null;
  const { recordId: _, ...patient } = list.patient;
  return { isOpen: false, encounter: { encounterId, facilityId, ...patient }, list };
}
