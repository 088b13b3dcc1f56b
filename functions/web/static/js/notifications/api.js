/** The calls about what the signed-in person is told. */
import { apiCall, apiGet } from "../shell/api.js";

/**
 * @typedef {import("openapi").InboxDocument} Inbox
 * @typedef {import("openapi").NotificationDocument} Notification
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
