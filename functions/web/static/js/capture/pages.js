/** The pages of photo capture for signed-in people; the phone's page needs a QR code instead. */
import { t } from "../shell/messages.js";
import { isClinician } from "../shell/users.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [{ path: "/", title: t("capture.page"), icon: "camera", isFor: isClinician, menuOrder: 20, homeOrder: 10, shortcut: "c" }];
