/** What the states of the live connection mean on pages about visits. */
import { t } from "../shell/messages.js";

/** @type {Record<import("../shell/live/channel.js").LiveState, string>} */
export const LIVE_STATE_HINTS = {
  connecting: t("visits.live.connecting"),
  live: t("visits.live.live"),
  reconnecting: t("visits.live.reconnecting"),
  polling: t("visits.live.polling"),
  offline: t("visits.live.offline"),
};
