/** The calls about how practitioners are paid. */
import { apiCall, apiGet } from "../shell/api.js";
import { getAll } from "../shell/lists.js";
import { getFile } from "../shell/files.js";

/** @typedef {import("openapi").TransferDocument} Transfer */

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

/**
 * @param {Transfer["state"]} state
 * @param {string} cursor of the page before, "" for the first
 * @returns {Promise<import("openapi").TransferListDocument>}
 */
export function listTransfers(state, cursor) {
  return apiGet(`/admin/transfers?${new URLSearchParams({ state, ...(cursor ? { cursor } : {}) })}`);
}

/**
 * @param {string} transferId
 * @returns {Promise<Transfer>}
 */
export function approveTransfer(transferId) {
  return apiCall("POST", `/admin/transfers/${encodeURIComponent(transferId)}/approve`);
}

/**
 * @param {string} transferId
 * @param {string} reason
 * @returns {Promise<Transfer>}
 */
export function holdTransfer(transferId, reason) {
  return apiCall("POST", `/admin/transfers/${encodeURIComponent(transferId)}/hold`, { reason });
}

/**
 * @param {string} month such as 2026-11
 * @returns {Promise<string>} its postings as CSV
 */
export function getLedger(month) {
  return getFile(`/admin/ledger?month=${month}`, "text/csv");
}

/** @returns {Promise<Map<string, string>>} the name of each facility */
export async function listFacilityNames() {
  /** @type {import("openapi").FacilityDocument[]} */
  const found = await getAll("/admin/facilities", "facilities");
  return new Map(found.map(({ facilityId, name }) => [facilityId, name]));
}
