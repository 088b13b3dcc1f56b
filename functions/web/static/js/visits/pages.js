/** The pages of visits. */
import { isPatient } from "../shell/users.js";
import { mayUseSchedule } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/my-visits", title: "My visits", icon: "visits", isFor: isPatient, menuOrder: 10, homeOrder: 30 },
  { path: "/schedule", title: "Visits", icon: "visits", isFor: mayUseSchedule, menuOrder: 30, covers: ["/visit"], shortcut: "v" },
];
