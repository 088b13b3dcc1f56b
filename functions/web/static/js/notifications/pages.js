/** The pages about what people are told. */
import { t } from "../shell/messages.js";
import { mayReadLog } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/delivery-log", title: t("notifications.page.log"), icon: "encounters", isFor: mayReadLog, menuOrder: 43, shortcut: "l" },
  { path: "/inbox", title: t("notifications.page"), icon: "bell", isFor: () => true, menuOrder: 45, covers: ["/notification-settings"], shortcut: "n" },
];
