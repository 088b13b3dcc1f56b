/** The page of the stand-in: what is going on in its rooms, which webhooks it sent, and what shall go wrong. */
import { Board, button, element, webhookLine } from "./board.js";

/**
 * @typedef {{name: string, enabled: boolean, recording: boolean, peers: {role: string, connected: boolean}[]}} Room
 * @typedef {{type: string, at: string, outcome: string, attempts: number[], room: string, detail: string}} Webhook
 */

const board = new Board("/hms", {
  "#rooms": ({ rooms }) => rooms.map(roomLine),
  "#webhooks": ({ webhooks }) =>
    webhooks.map((/** @type {Webhook} */ webhook) =>
      webhookLine(webhook, [element("code", webhook.room), element("span", webhook.detail, "muted")]),
    ),
});

/** @param {Room} room */
function roomLine(room) {
  const line = element("li", "");
  line.append(element("code", room.name), element("span", room.enabled ? "" : "locked", "muted"));
  if (room.recording) line.append(element("span", "recording", "bad"));
  for (const { role, connected } of room.peers) {
    const cut = button(connected ? `Cut ${role} off` : `${role} is cut off`, () => board.post("drop", { room: room.name, role }));
    cut.disabled = !connected;
    line.append(cut);
  }
  if (!room.peers.length) line.append(element("span", "empty", "muted end"));
  return line;
}

void board.start();
