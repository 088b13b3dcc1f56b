/** The patient in the page's bar, while photos of theirs are on the screen. */
import { setCutText } from "../../shell/dom.js";
import { currentSignIn } from "../../shell/tokens.js";
import { facilityOf } from "../../shell/users.js";

/** @param {import("./api.js").Encounter} encounter */
export function drawPatient({ encounterId, patientId, facilityId, patientName, patientNHI }) {
  setCutText("patient-name", patientName ?? `Patient ${patientId}`);
  const nhi = patientNHI ? `NHI ${patientNHI} · ` : "";
  const patient = patientName ? `Patient ${patientId} · ` : "";
  // Sessions belong to the clinician's own facility; its code is for machines.
  const user = currentSignIn()?.user;
  const facility = user?.facilityId === facilityId ? facilityOf(user) : facilityId;
  setCutText("patient-ids", `${nhi}${patient}Encounter ${encounterId} · ${facility}`);
}

export function clearPatient() {
  setCutText("patient-name", "");
  setCutText("patient-ids", "");
}
