/** Tells the bell at once of what is new, and keeps push messages coming. Loaded once a page has settled, so it keeps nothing of the bell's. */
import { LiveChannel } from "../shell/live/channel.js";
import { renewPush } from "./renew-push.js";

/**
 * Without a connection the bell asks every minute; with one seldom, in case a message was lost.
 * @type {import("../shell/live/channel.js").Pace}
 */
const PACE = { pollMs: 60_000, reconcileMs: 300_000, hidden: false };

/**
 * Follows the inbox, from when the tab is first seen.
 * @param {typeof import("../shell/api.js").apiCall} call the page's own, which knows its sign-in; one try
 * @param {() => void} look asks what is new
 * @param {() => Promise<void>} lookIfOld asks unless another tab has just done so; never rejects
 */
export function followInbox(call, look, lookIfOld) {
  void renewPush(call);
  const nothing = () => {};
  const watcher = { onMessage: look, onFetched: nothing, onState: nothing, onRefused: nothing };
  const live = () => call("POST", "/notifications/live-ticket");
  const channel = new LiveChannel({ fetch: lookIfOld, live }, watcher, PACE);
  if (document.hidden) document.addEventListener("visibilitychange", () => channel.start(), { once: true });
  else channel.start();
}
