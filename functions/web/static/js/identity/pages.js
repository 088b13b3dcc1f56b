/** The pages about people. */
import { t } from "../shell/messages.js";
import { isAdmin } from "../shell/users.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/users", title: t("identity.page.people"), icon: "people", isFor: isAdmin, menuOrder: 40, homeOrder: 20, shortcut: "u" },
  { path: "/account", title: t("identity.page.settings"), icon: "settings", isFor: () => true, menuOrder: 50, homeOrder: 40, shortcut: "s" },
];
