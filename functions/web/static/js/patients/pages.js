/** The pages of patients. */
import { t } from "../shell/messages.js";
import { mayUsePatients } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/directory", title: t("patients.page"), icon: "patients", isFor: mayUsePatients, menuOrder: 15, covers: ["/patient"], shortcut: "p" },
];
