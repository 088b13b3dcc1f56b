/** The pages of visits. */
import { t } from "../shell/messages.js";
import { isPatient, isVerifiedClinician } from "../shell/users.js";
import { mayUseSchedule } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/today", title: t("visits.page.today"), icon: "today", isFor: isVerifiedClinician, menuOrder: 5, homeOrder: 5, shortcut: "t" },
  { path: "/my-visits", title: t("visits.page.mine"), icon: "visits", isFor: isPatient, menuOrder: 10, homeOrder: 30, shortcut: "y" },
  { path: "/schedule", title: t("visits.page"), icon: "visits", isFor: mayUseSchedule, menuOrder: 30, covers: ["/visit"], shortcut: "v" },
];
