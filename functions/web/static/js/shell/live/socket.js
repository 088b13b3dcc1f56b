/**
 * A connection of the live channel over our own WebSocket API. Pings keep it alive; a missing pong closes it. The
 * caller decides about reconnecting.
 *
 * @typedef {{onOpen: () => void, onMessage: (message: any) => void, onClose: () => void}} Handlers
 * @typedef {{close: () => void, check: () => void}} Connection
 */

/** API Gateway closes a connection after 10 idle minutes. In milliseconds. */
export const PING_EVERY_MS = 240_000;

/** A connection whose pong takes longer is considered dead. In milliseconds. */
export const PONG_WITHIN_MS = 10_000;

/** @type {number} milliseconds */
const OPEN_WITHIN_MS = 10_000;

/**
 * @param {import("./opener.js").SocketLive} live
 * @param {Handlers} handlers `onClose` comes once, and nothing after it
 * @returns {Connection}
 */
export function openSocket(live, { onOpen, onMessage, onClose }) {
  const socket = new WebSocket(`${live.url}?ticket=${encodeURIComponent(live.ticket)}`);
  let closed = false;
  let overdue = setTimeout(fail, OPEN_WITHIN_MS);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let pings;

  socket.onopen = () => {
    clearTimeout(overdue);
    pings = setInterval(check, PING_EVERY_MS);
    onOpen();
  };
  socket.onmessage = (event) => {
    // Any message proves that the connection is alive.
    clearTimeout(overdue);
    const message = parse(event.data);
    if (message && message.type !== "pong") onMessage(message);
  };
  socket.onclose = fail;
  socket.onerror = fail;

  function check() {
    if (socket.readyState !== WebSocket.OPEN) return;
    clearTimeout(overdue);
    overdue = setTimeout(fail, PONG_WITHIN_MS);
    socket.send('{"action":"ping"}');
  }

  function close() {
    closed = true;
    clearTimeout(overdue);
    clearInterval(pings);
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  function fail() {
    if (closed) return;
    close();
    onClose();
  }

  return { close, check };
}

/**
 * @param {unknown} data
 * @returns {any} the message, or null if it is not one of ours
 */
export function parse(data) {
  try {
    const message = JSON.parse(String(data));
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
