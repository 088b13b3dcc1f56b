/** How transfers stand, in plain words, those first that need somebody. */
import { t } from "../../shell/messages.js";

/** @type {readonly {code: import("../payouts.js").Transfer["state"], display: string}[]} */
export const STATES = Object.freeze([
  { code: "refused", display: t("bookings.transfers.state.refused") },
  { code: "due", display: t("bookings.transfers.state.due") },
  { code: "held", display: t("bookings.transfers.state.held") },
  { code: "disputed", display: t("bookings.transfers.state.disputed") },
  { code: "approved", display: t("bookings.transfers.state.approved") },
  { code: "scheduled", display: t("bookings.transfers.state.scheduled") },
  { code: "sent", display: t("bookings.transfers.state.sent") },
  { code: "reversed", display: t("bookings.transfers.state.reversed") },
  { code: "void", display: t("bookings.transfers.state.void") },
]);
