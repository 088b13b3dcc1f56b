/** The pages about what people are told. */
import { t } from "../shell/messages.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/inbox", title: t("notifications.page"), icon: "bell", isFor: () => true, menuOrder: 45, covers: ["/notification-settings"], shortcut: "n" },
];
