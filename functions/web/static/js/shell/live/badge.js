/** The state of the live connection, as a small badge in the bar. */
import { byId, setText } from "../dom.js";
import { t } from "../messages.js";

/** @typedef {import("./channel.js").LiveState} LiveState */

/** @type {Record<LiveState, [text: string, look: string]>} */
const BADGES = {
  connecting: [t("shell.live.connecting"), "quiet"],
  live: [t("shell.live.live"), "ok"],
  reconnecting: [t("shell.live.reconnecting"), "warn"],
  polling: [t("shell.live.polling"), "warn"],
  offline: [t("shell.live.offline"), "danger"],
};

/**
 * @param {LiveState} state
 * @param {Record<LiveState, string>} hints what each state means on this page
 */
export function drawLiveBadge(state, hints) {
  const [text, look] = BADGES[state];
  const pill = byId("pill");
  pill.hidden = false;
  pill.dataset.state = state;
  pill.className = `badge ${look}`;
  pill.title = hints[state];
  setText("pill", text);
}
