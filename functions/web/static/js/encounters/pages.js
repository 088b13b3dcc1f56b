/** The pages of encounters. */
import { mayUseEncounters } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/history", title: "Encounters", icon: "encounters", isFor: mayUseEncounters, menuOrder: 25, covers: ["/encounter"], shortcut: "e" },
];
