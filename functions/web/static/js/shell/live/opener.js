/**
 * How a live connection is opened.
 *
 * @typedef {{url: string, ticket: string, provider?: undefined}} SocketLive
 * @typedef {{provider: "ably", channel: string, tokenRequest: {keyName: string}, restUrl: string,
 *   realtimeUrl: string}} AblyLive
 * @typedef {SocketLive | AblyLive} Live credentials
 * @typedef {(handlers: import("./socket.js").Handlers) => import("./socket.js").Connection} Opener
 */
import { openSocket } from "./socket.js";

/**
 * @param {Live} live
 * @returns {Promise<Opener>} what only deployments with Ably need is loaded then
 */
export async function openerOf(live) {
  if (!live.provider) return (handlers) => openSocket(live, handlers);
  const { openAbly } = await import("./ably.js");
  return (handlers) => openAbly(live, handlers);
}
