/** The pages of bookings. */
import { t } from "../shell/messages.js";
import { isVerifiedClinician } from "../shell/users.js";
import { mayBook, mayChangeServices } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/book", title: t("bookings.page.book"), icon: "today", isFor: mayBook, menuOrder: 12 },
  { path: "/availability", title: t("bookings.page.availability"), icon: "today", isFor: isVerifiedClinician, menuOrder: 35 },
  { path: "/booking-services", title: t("bookings.page.services"), icon: "today", isFor: mayChangeServices, menuOrder: 36 },
];
