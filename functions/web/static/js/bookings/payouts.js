/** The calls about how practitioners are paid. */
import { apiCall, apiGet } from "../shell/api.js";

/**
 * @param {string} practitionerId
 * @returns {Promise<import("openapi").PayoutAccountDocument>} how the practitioner is paid
 */
export function getPayoutAccount(practitionerId) {
  return apiGet(`/practitioners/${encodeURIComponent(practitionerId)}/payout-account`);
}

/**
 * @param {string} practitionerId
 * @param {"payout-account" | "identity-verification"} what
 * @returns {Promise<import("openapi").PayoutPageDocument>} with the address of the payment provider's page
 */
export function openPayoutPage(practitionerId, what) {
  return apiCall("POST", `/practitioners/${encodeURIComponent(practitionerId)}/${what}`);
}
