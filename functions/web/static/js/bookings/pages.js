/** The pages of bookings. */
import { t } from "../shell/messages.js";
import { isVerifiedClinician } from "../shell/users.js";
import { mayBook, mayChangeServices, maySeeBookings } from "./access.js";

/** @type {readonly import("../shell/navigation.js").PageEntry[]} */
export const pages = [
  { path: "/book", title: t("bookings.page.book"), icon: "book", isFor: mayBook, menuOrder: 12, shortcut: "k" },
  { path: "/booking-list", title: t("bookings.page.list"), icon: "bookings", isFor: maySeeBookings, menuOrder: 34, covers: ["/booking"], shortcut: "b" },
  { path: "/availability", title: t("bookings.page.availability"), icon: "availability", isFor: isVerifiedClinician, menuOrder: 35, shortcut: "a" },
  { path: "/booking-services", title: t("bookings.page.services"), icon: "services", isFor: mayChangeServices, menuOrder: 36, shortcut: "r" },
];
