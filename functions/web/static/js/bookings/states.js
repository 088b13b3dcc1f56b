/** How bookings stand, in plain words. Pure, but for the page's language. */
import { t } from "../shell/messages.js";

/** @typedef {import("./api.js").Booking} Booking */

/**
 * @param {Booking} booking
 * @returns {{text: string, look: string}} its state, and its badge's look
 */
export function stateLabel({ state, visitState }) {
  if (state === "cancelled") return { text: t("bookings.state.cancelled"), look: "quiet" };
  switch (visitState) {
    case "scheduled":
      return { text: t("bookings.state.confirmed"), look: "ok" };
    case "waiting":
    case "inProgress":
    case "interrupted":
      return { text: t("bookings.state.now"), look: "ok" };
    case "completed":
      return { text: t("bookings.state.completed"), look: "quiet" };
    default:
      return { text: t("bookings.state.not-held"), look: "quiet" };
  }
}
