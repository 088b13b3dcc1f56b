/** The calls about facilities' records. */
import { apiCall } from "../../shell/api.js";
import { exchange, retry } from "../../shell/http.js";
import { getAll } from "../../shell/lists.js";
import { withAccessToken } from "../../shell/tokens.js";

/**
 * @typedef {import("openapi").FacilityTargetDocument} FacilityTarget
 * @typedef {NonNullable<FacilityTarget["target"]>} Target
 */

/** @returns {Promise<{facilityId: string, name: string}[]>} */
export function listFacilities() {
  return getAll("/admin/facilities", "facilities");
}

/**
 * @param {string} facilityId
 * @returns {Promise<{target: Target | null, etag: string}>}
 */
export async function getTarget(facilityId) {
  const { body, etag } = await retry(() => withAccessToken((token) => exchange("GET", pathOf(facilityId), { token })));
  return { target: body.target, etag };
}

/**
 * @param {string} facilityId
 * @param {import("openapi").TargetRequest} settings
 * @param {string} etag
 * @returns {Promise<{target: Target, etag: string}>}
 */
export async function saveTarget(facilityId, settings, etag) {
  const headers = { "if-match": etag };
  const answer = await withAccessToken((token) => exchange("PUT", pathOf(facilityId), { token, body: settings, headers }));
  return { target: answer.body.target, etag: answer.etag };
}

/** @param {string} facilityId @returns {Promise<FacilityTarget>} */
export function testTarget(facilityId) {
  return apiCall("POST", `${pathOf(facilityId)}/check`);
}

/** @param {string} facilityId */
function pathOf(facilityId) {
  return `/admin/record-targets/${encodeURIComponent(facilityId)}`;
}
