/** Entries of the delivery log in plain words. */
import { make } from "../../shell/dom.js";
import { formatDateTime } from "../../shell/format.js";
import { t } from "../../shell/messages.js";
import { CATEGORIES, CHANNELS } from "../settings/choices.js";

/** @typedef {import("../api.js").Delivery} Delivery */

/** @type {readonly {code: Delivery["state"], name: string, look: string}[]} */
export const STATES = Object.freeze([
  { code: "planned", name: t("notifications.log.planned"), look: "quiet" },
  { code: "sending", name: t("notifications.log.sending"), look: "warn" },
  { code: "told", name: t("notifications.log.told"), look: "ok" },
  { code: "failed", name: t("notifications.log.state.failed"), look: "danger" },
  { code: "withdrawn", name: t("notifications.log.withdrawn"), look: "quiet" },
  { code: "summarised", name: t("notifications.log.summarised"), look: "quiet" },
]);

/** @type {Record<Delivery["attempts"][number]["state"], string>} */
const ATTEMPTS = {
  started: t("notifications.attempt.started"),
  sent: t("notifications.attempt.sent"),
  refused: t("notifications.attempt.refused"),
  gone: t("notifications.attempt.gone"),
  unknown: t("notifications.attempt.unknown"),
  failed: t("notifications.attempt.failed"),
};

/** @param {Delivery} delivery */
export function deliveryRow({ id, name, category, state, plannedFor, toldAt, reason, attempts }) {
  const shown = STATES.find(({ code }) => code === state);
  const about = CATEGORIES.find(({ code }) => code === category)?.name ?? t("notifications.log.unknown");
  const row = make("li", "delivery",
    make("span", "delivery-who", make("strong", "", name ?? t("shell.no-name")), make("span", "muted", about)),
    make("span", "delivery-when", make("span", `badge ${shown?.look ?? "quiet"}`, shown?.name ?? ""), make("span", "small muted", formatDateTime(toldAt ?? plannedFor))),
  );
  const tried = attempts.map(({ channel, state: came }) => t("notifications.log.attempt", { channel: CHANNELS.find(({ code }) => code === channel)?.name ?? "", state: ATTEMPTS[came] }));
  if (reason === "noChannel") tried.push(t("notifications.log.no-channel"));
  if (reason === "textLimit") tried.push(t("notifications.log.text-limit"));
  if (reason === "stuck") tried.push(t("notifications.log.stuck"));
  if (tried.length) row.append(make("span", "small muted delivery-tried", tried.join(" · ")));
  row.dataset.delivery = id;
  row.tabIndex = -1;
  return row;
}
