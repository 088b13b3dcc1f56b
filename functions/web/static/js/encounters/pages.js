/** The pages of encounters. */
import { t } from "../shell/messages.js";
import { mayUseEncounters } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/history", title: t("encounters.page"), icon: "encounters", isFor: mayUseEncounters, menuOrder: 25, covers: ["/encounter"], shortcut: "e" },
];
