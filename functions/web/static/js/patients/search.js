/** How patients are found from anywhere. */
import { t } from "../shell/messages.js";
import { mayUsePatients } from "./access.js";
import { aboutPatient, patientPath } from "./labels.js";

/** @type {import("../shell/commands.js").Search} */
export const search = {
  title: t("patients.page"),
  isFor: mayUsePatients,
  async find(text, get, signal) {
    /** @type {import("openapi").PatientListDocument} */
    const { patients, identifier } = await get(`/patients?${new URLSearchParams({ q: text })}`, signal);
    const now = new Date();
    return patients.map((patient) => ({
      title: patient.name,
      detail: aboutPatient(patient, identifier, now),
      icon: "patients",
      path: patientPath(patient.patientId),
    }));
  },
};
