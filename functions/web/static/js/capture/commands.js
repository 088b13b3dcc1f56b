/** What can be done about photos from anywhere. */
import { t } from "../shell/messages.js";
import { isVerifiedClinician } from "../shell/users.js";

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: t("capture.command.new"), icon: "camera", words: t("capture.command.new.words"), isFor: isVerifiedClinician, path: "/", keys: "n c" },
];
