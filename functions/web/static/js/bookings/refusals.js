/** What to say where a booking cannot be made, moved or given up. */
import { errorMessage } from "../shell/error-messages.js";
import { HttpProblem } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { formatPrice, formatTime } from "./labels.js";

/** @param {unknown} error @returns {boolean} whether the time is not free any more, or not now */
export function isGone(error) {
  return error instanceof HttpProblem && ["slot-booked", "slot-held", "outside-availability"].includes(error.slug);
}

/** @param {unknown} error @returns {string} */
export function refusalMessage(error) {
  const slug = error instanceof HttpProblem ? error.slug : "";
  const body = error instanceof HttpProblem ? error.body : {};
  switch (slug) {
    case "slot-held":
      return t("bookings.held-by-others", { time: formatTime(body.retryAt) });
    case "slot-booked":
    case "outside-availability":
      return t("bookings.gone");
    case "patient-clash":
      return t("bookings.clash");
    case "price-changed":
      return t("bookings.price-changed", { price: formatPrice(body.price) });
    case "pack-not-found":
    case "pack-not-usable":
      return t("bookings.pack.unusable");
    case "payments-not-ready":
      return t("bookings.not-online");
    case "too-many-bookings":
      return t("bookings.too-many");
    case "too-late":
      return t("bookings.too-late");
    case "refund-changed":
      return t("bookings.refund-changed");
    case "wrong-state":
      return t("bookings.moved-on");
    default:
      return errorMessage(error, { exists: t("bookings.changed"), missing: t("bookings.changed"), tooMany: t("bookings.too-often") });
  }
}
