/** The pages about people. */
import { isAdmin } from "../shell/users.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/users", title: "People", icon: "people", isFor: isAdmin, menuOrder: 40, homeOrder: 20, shortcut: "u" },
  { path: "/account", title: "Settings", icon: "settings", isFor: () => true, menuOrder: 50, homeOrder: 40, shortcut: "s" },
];
