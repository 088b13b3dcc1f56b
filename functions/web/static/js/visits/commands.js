/** What can be done about visits from anywhere. */
import { t } from "../shell/messages.js";
import { mayUseSchedule } from "./access.js";

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: t("visits.command.new"), icon: "visits", words: t("visits.command.new.words"), isFor: mayUseSchedule, path: "/schedule#new", keys: "n v" },
];
