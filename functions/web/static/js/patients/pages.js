/** The pages of patients. */
import { mayUsePatients } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/directory", title: "Patients", icon: "patients", isFor: mayUsePatients, menuOrder: 15, covers: ["/patient"], shortcut: "p" },
];
