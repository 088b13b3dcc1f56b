/** What can be done about photos from anywhere. */
import { isVerifiedClinician } from "../shell/users.js";

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: "New photos", icon: "camera", words: "take capture wound picture", isFor: isVerifiedClinician, path: "/", keys: "n c" },
];
