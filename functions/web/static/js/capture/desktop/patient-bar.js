/** The patient in the page's bar, while photos of theirs are on the screen. */
import { setCutText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { currentSignIn } from "../../shell/tokens.js";
import { facilityOf } from "../../shell/users.js";
import { OWN_ENCOUNTER, OWN_ID } from "./known-patient.js";

/** @param {import("./api.js").Encounter} encounter */
export function drawPatient({ encounterId, patientId, facilityId, patientName, patientNHI }) {
  setCutText("patient-name", patientName ?? t("capture.form.patient", { id: patientId }));
  setCutText("patient-ids", idsInWords({ encounterId, patientId, facilityId, patientName, patientNHI }));
}

/** @param {import("./api.js").Encounter} encounter @returns {string} the ids that tell people something */
export function idsInWords({ encounterId, patientId, facilityId, patientName, patientNHI }) {
  // Sessions belong to the clinician's own facility; its code is for machines.
  const user = currentSignIn()?.user;
  const facility = user?.facilityId === facilityId ? facilityOf(user) : facilityId;
  // The record system's ids tell people something; those that were made here do not.
  const ids = [
    patientNHI && t("capture.form.nhi-of", { number: patientNHI }),
    patientName && !OWN_ID.test(patientId) && t("capture.form.patient", { id: patientId }),
    !OWN_ENCOUNTER.test(encounterId) && t("capture.form.encounter", { id: encounterId }),
    facility,
  ];
  return ids.filter(Boolean).join(" · ");
}

export function clearPatient() {
  setCutText("patient-name", "");
  setCutText("patient-ids", "");
}
