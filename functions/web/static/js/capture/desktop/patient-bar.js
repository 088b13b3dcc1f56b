/** The patient in the page's bar, while photos of theirs are on the screen. */
import { setCutText } from "../../shell/dom.js";
import { currentSignIn } from "../../shell/tokens.js";
import { facilityOf } from "../../shell/users.js";
import { OWN_ENCOUNTER, OWN_ID } from "./known-patient.js";

/** @param {import("./api.js").Encounter} encounter */
export function drawPatient({ encounterId, patientId, facilityId, patientName, patientNHI }) {
  setCutText("patient-name", patientName ?? `Patient ${patientId}`);
  // Sessions belong to the clinician's own facility; its code is for machines.
  const user = currentSignIn()?.user;
  const facility = user?.facilityId === facilityId ? facilityOf(user) : facilityId;
  // The record system's ids tell people something; those that were made here do not.
  const ids = [
    patientNHI && `NHI ${patientNHI}`,
    patientName && !OWN_ID.test(patientId) && `Patient ${patientId}`,
    !OWN_ENCOUNTER.test(encounterId) && `Encounter ${encounterId}`,
    facility,
  ];
  setCutText("patient-ids", ids.filter(Boolean).join(" · "));
}

export function clearPatient() {
  setCutText("patient-name", "");
  setCutText("patient-ids", "");
}
