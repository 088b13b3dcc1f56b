/** The calls about what the signed-in person is told. */
import { apiCall, apiGet } from "../shell/api.js";
import { exchange, retry } from "../shell/http.js";
import { withAccessToken } from "../shell/tokens.js";

const PREFERENCES = "/notifications/preferences";
const MAIL_ADDRESS = "/notifications/mail-address";

/**
 * @typedef {import("openapi").InboxDocument} Inbox
 * @typedef {import("openapi").NotificationDocument} Notification
 * @typedef {import("openapi").PreferencesDocument} Preferences
 * @typedef {import("openapi").MailAddressDocument} MailAddress
 * @typedef {import("openapi").DeliveryDocument} Delivery
 */

/**
 * @param {string} cursor of the page before, "" for the first
 * @returns {Promise<Inbox>} the newest first
 */
export function listNotifications(cursor) {
  return apiGet(`/notifications${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
}

/** One try, because it is asked again soon. @returns {Promise<Inbox>} the newest */
export function lookForNotifications() {
  return apiCall("GET", "/notifications");
}

/** May be repeated without harm. @param {string} id @returns {Promise<number>} how many are unread */
export async function markRead(id) {
  return (await apiCall("POST", `/notifications/${encodeURIComponent(id)}/read`)).unread;
}

/** @returns {Promise<number>} how many are unread */
export async function markAllRead() {
  return (await apiCall("POST", "/notifications/read-all")).unread;
}

/** @returns {Promise<{preferences: Preferences, etag: string}>} what the person is told where and when */
export async function getPreferences() {
  const { body, etag } = await retry(() => withAccessToken((token) => exchange("GET", PREFERENCES, { token })));
  return { preferences: body, etag };
}

/**
 * @param {import("openapi").PreferencesRequest} preferences
 * @param {string} etag of those that they replace
 * @returns {Promise<{preferences: Preferences, etag: string}>}
 */
export async function savePreferences(preferences, etag) {
  const headers = { "if-match": etag };
  const save = (/** @type {string} */ token) => exchange("PUT", PREFERENCES, { token, body: preferences, headers });
  const { body, etag: saved } = await withAccessToken(save);
  return { preferences: body, etag: saved };
}

/** @returns {Promise<MailAddress>} */
export function getMailAddress() {
  return apiGet(MAIL_ADDRESS);
}

/** @param {string} address to which a code is sent @returns {Promise<MailAddress>} */
export function requestMailAddress(address) {
  return apiCall("PUT", MAIL_ADDRESS, { address });
}

/** @param {string} code @returns {Promise<MailAddress>} */
export function confirmMailAddress(code) {
  return apiCall("POST", `${MAIL_ADDRESS}/confirm`, { code });
}

export function removeMailAddress() {
  return apiCall("DELETE", MAIL_ADDRESS);
}

/**
 * @param {{recipient: string, state: string}} filter "" for any
 * @param {string} cursor of the page before, "" for the first
 * @returns {Promise<import("openapi").DeliveryLogDocument>} the newest first
 */
export function listDeliveries(filter, cursor) {
  const query = new URLSearchParams(Object.entries({ ...filter, cursor }).filter(([, value]) => value));
  return apiGet(`/admin/notifications${String(query) && `?${query}`}`);
}

/** @param {string} name @returns {Promise<import("../shell/users.js").User[]>} people of the reader's facility */
export async function findPeople(name) {
  return (await apiGet(`/admin/users?${new URLSearchParams({ q: name })}`)).users;
}
