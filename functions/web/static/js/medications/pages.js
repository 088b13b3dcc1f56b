/** The pages of medicines. */
import { t } from "../shell/messages.js";
import { hasMedicines } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [{ path: "/medicines", title: t("medications.page"), icon: "medicines", isFor: hasMedicines, menuOrder: 14, shortcut: "m" }];
