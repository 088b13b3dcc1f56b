/** The pages of payouts. */
import { t } from "../shell/messages.js";
import { isSystemAdmin } from "../shell/users.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [{ path: "/transfers", title: t("payouts.page.transfers"), icon: "transfers", isFor: isSystemAdmin, menuOrder: 42, shortcut: "f" }];
