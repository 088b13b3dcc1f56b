/** What can be done about patients from anywhere. */
import { t } from "../shell/messages.js";
import { mayUsePatients } from "./access.js";

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: t("patients.command.new"), icon: "patients", words: t("patients.command.new.words"), isFor: mayUsePatients, path: "/directory#new", keys: "n p" },
];
