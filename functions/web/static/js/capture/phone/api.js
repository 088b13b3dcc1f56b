/** The API calls of the phone's page, with deadlines and retries. */

import { call, callWithRetry } from "../../shell/http.js";

/** @typedef {import("./session.js").Session} Session */

/**
 * @param {string} token
 * @param {string} phoneId
 * @returns {Promise<import("openapi").ExchangedTokenDocument | import("openapi").AskingPhoneDocument>} the session, or only
 *   the phone if somebody has to let it in first
 */
export function validate(token, phoneId) {
  return callWithRetry("GET", `/session/token/${encodeURIComponent(token)}?phoneId=${encodeURIComponent(phoneId)}`);
}

/**
 * Sends a preview for the desktop to show meanwhile. Without retries: the photo follows anyway.
 * @param {Session} session
 * @param {{id: string, takenAt: number, addedAt: number}} photo
 * @param {Blob} preview
 */
export async function sendPreview({ encounterId, uploadToken }, { id, takenAt, addedAt }, preview) {
  const bytes = new Uint8Array(await preview.arrayBuffer());
  const body = { encounterId, imageId: id, preview: btoa(String.fromCharCode(...bytes)), takenAt, takenOrder: addedAt };
  await call("POST", "/session/preview", { token: uploadToken, body });
}

/**
 * Reports how many photos wait on this phone. Without retries: it is asked again anyway.
 * @param {Session} session
 * @param {string} phoneId
 * @param {number} unsent
 * @returns {Promise<import("openapi").SessionStatusDocument>}
 */
export function report({ encounterId, uploadToken }, phoneId, unsent) {
  return call("POST", "/session/status", { token: uploadToken, body: { encounterId, phoneId, unsent } });
}

/**
 * @param {Session} session
 * @param {import("../consent.js").Choice} choice
 * @returns {Promise<import("../consent.js").Consent>}
 */
export function recordConsent({ encounterId, uploadToken }, choice) {
  return callWithRetry("PUT", `/session/consent/${encodeURIComponent(encounterId)}`, { token: uploadToken, body: choice });
}
