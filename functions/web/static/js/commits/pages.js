/** The pages of commits. */
import { t } from "../shell/messages.js";
import { isAdmin } from "../shell/users.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [{ path: "/record-target", title: t("commits.page"), icon: "patients", isFor: isAdmin, menuOrder: 44, shortcut: "d" }];
