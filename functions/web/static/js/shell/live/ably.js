/**
 * A connection of the live channel over Ably, without its SDK. A token request, signed by our server, is exchanged for
 * a token, and the channel is read as server-sent events. The token does not reveal Ably's key and allows only this
 * channel.
 */
import { parse } from "./socket.js";

/** @type {number} milliseconds */
const OPEN_WITHIN_MS = 10_000;

/**
 * @param {import("./opener.js").AblyLive} live
 * @param {import("./socket.js").Handlers} handlers `onClose` comes once, and nothing after it
 * @returns {import("./socket.js").Connection}
 */
export function openAbly(live, { onOpen, onMessage, onClose }) {
  const requesting = new AbortController();
  /** @type {EventSource | null} */
  let source = null;
  let closed = false;
  const overdue = setTimeout(fail, OPEN_WITHIN_MS);

  requestToken(live, requesting.signal).then((token) => {
    if (closed) return;
    const query = new URLSearchParams({ v: "1.2", channels: live.channel, accessToken: token });
    source = new EventSource(`${live.realtimeUrl}/sse?${query}`);
    source.onopen = () => {
      clearTimeout(overdue);
      onOpen();
    };
    source.onmessage = (event) => {
      const message = unwrap(event.data);
      if (message) onMessage(message);
    };
    // EventSource would reconnect with a token that may have expired: get a new one instead.
    source.onerror = fail;
  }, fail);

  function close() {
    closed = true;
    clearTimeout(overdue);
    requesting.abort();
    source?.close();
  }

  function fail() {
    if (closed) return;
    close();
    onClose();
  }

  // Nothing can be sent on an event stream; the regular reconciliation notices a dead one.
  return { close, check() {} };
}

/**
 * @param {import("./opener.js").AblyLive} live
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
async function requestToken(live, signal) {
  const keyName = encodeURIComponent(live.tokenRequest.keyName);
  const response = await fetch(`${live.restUrl}/keys/${keyName}/requestToken`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(live.tokenRequest),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    signal,
  });
  if (!response.ok) throw new Error(`The live channel refused its token request (${response.status}).`);
  return (await response.json()).token;
}

/**
 * Extracts our message from Ably's `{name, data}`, whose data may be JSON text or JSON.
 * @param {string} text
 * @returns {any}
 */
function unwrap(text) {
  try {
    const { data } = JSON.parse(text);
    return parse(typeof data === "string" ? data : JSON.stringify(data));
  } catch {
    return null;
  }
}
