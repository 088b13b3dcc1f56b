/** The patient in the page's bar, while photos of theirs are on the screen. */
import { apiGet } from "../../shell/api.js";
import { setCutText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { currentSignIn } from "../../shell/sign-in.js";
import { facilityOf } from "../../shell/users.js";
import { OWN_ENCOUNTER, OWN_ID } from "./ids.js";
import { bornOn, nameOf, numberOf } from "./patient-words.js";

/** @typedef {import("./api.js").Encounter} Encounter */

/** Who is shown: what arrives late about somebody else is not. */
let shown = 0;

/**
 * Shows the patient, and as soon as it is known what tells people of the same name apart.
 * @param {Encounter} encounter
 * @param {string} [recordId] of the patient in the directory
 */
export async function drawPatient(encounter, recordId) {
  const mine = (shown += 1);
  setCutText("patient-name", nameOf(encounter));
  setCutText("patient-ids", idsInWords(encounter));
  if (!recordId) return;
  try {
    /** @type {import("./known-patient.js").Patient} */
    const record = await apiGet(`/patients/${encodeURIComponent(recordId)}`);
    if (mine === shown) setCutText("patient-ids", idsInWords(encounter, record));
  } catch {
    // The name is there.
  }
}

/**
 * @param {Encounter} encounter
 * @param {import("./known-patient.js").Patient} [record]
 * @returns {string} the date and the numbers that tell people something
 */
export function idsInWords({ encounterId, patientId, facilityId, patientName, patientNHI }, record) {
  // Sessions belong to the clinician's own facility; its code is for machines.
  const user = currentSignIn()?.user;
  const facility = user?.facilityId === facilityId ? facilityOf(user) : facilityId;
  const nhi = patientNHI && t("capture.form.nhi-of", { number: patientNHI });
  // The record system's ids tell people something; those that were made here do not. Without a name, a number has to do.
  const ids = [
    record && bornOn(record),
    (record && numberOf(record)) || nhi,
    !OWN_ID.test(patientId) && (patientName ? t("capture.form.patient", { id: patientId }) : t("capture.form.compare", { id: patientId })),
    !OWN_ENCOUNTER.test(encounterId) && t("capture.form.encounter", { id: encounterId }),
    facility,
  ];
  return ids.filter(Boolean).join(" · ");
}

export function clearPatient() {
  shown += 1;
  setCutText("patient-name", "");
  setCutText("patient-ids", "");
}
