/** What can be done about patients from anywhere, and how they are found. */
import { t } from "../shell/messages.js";
import { mayUsePatients } from "./access.js";
import { listPatients } from "./api.js";
import { aboutPatient, patientPath } from "./labels.js";

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: t("patients.command.new"), icon: "patients", words: t("patients.command.new.words"), isFor: mayUsePatients, path: "/directory#new", keys: "n p" },
];

/** @type {import("../shell/commands.js").Search} */
export const search = {
  title: t("patients.page"),
  isFor: mayUsePatients,
  async find(text, signal) {
    const { patients, identifier } = await listPatients(text, null, signal);
    const now = new Date();
    return patients.map((patient) => ({
      title: patient.name,
      detail: aboutPatient(patient, identifier, now),
      icon: "patients",
      path: patientPath(patient.patientId),
    }));
  },
};
