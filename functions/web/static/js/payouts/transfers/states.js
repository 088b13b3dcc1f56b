/** How transfers stand, in plain words, those first that need somebody. */
import { t } from "../../shell/messages.js";

/** @type {readonly {code: import("../api.js").Transfer["state"], display: string}[]} */
export const STATES = Object.freeze([
  { code: "refused", display: t("payouts.transfers.state.refused") },
  { code: "due", display: t("payouts.transfers.state.due") },
  { code: "held", display: t("payouts.transfers.state.held") },
  { code: "disputed", display: t("payouts.transfers.state.disputed") },
  { code: "approved", display: t("payouts.transfers.state.approved") },
  { code: "scheduled", display: t("payouts.transfers.state.scheduled") },
  { code: "sent", display: t("payouts.transfers.state.sent") },
  { code: "reversed", display: t("payouts.transfers.state.reversed") },
  { code: "void", display: t("payouts.transfers.state.void") },
]);
