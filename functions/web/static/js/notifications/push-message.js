/** What a push message becomes on the device. Pure, but for the language. */
import { t } from "../shell/messages.js";

/**
 * @typedef {{link: string, doseIds: string[]}} About `link`: the path of the page that it opens; `doseIds`: the doses that
 *   can be answered on the notification, all at once
 */

/**
 * @param {string} content JSON of `title`, `text`, `link`, `critical` and `messageId`, or something that is not ours
 * @param {string} origin of our pages
 * @returns {{title: string, options: object}} what the browser shows: it must show something for every message
 */
export function notificationOf(content, origin) {
  const { title, text, link, critical, messageId } = parse(content);
  const about = aboutOf(typeof link === "string" ? link : "", origin);
  const actions = about.doseIds.length
    ? [
        { action: "taken", title: about.doseIds.length > 1 ? t("notifications.push.all-taken") : t("notifications.push.taken") },
        { action: "snooze", title: t("notifications.push.snooze") },
      ]
    : [];
  return {
    title: typeof title === "string" && title ? title : t("notifications.push.something"),
    options: {
      body: typeof text === "string" ? text : "",
      // A message that comes again takes the place of the first, without another sound.
      tag: typeof messageId === "string" ? messageId : "",
      data: about,
      actions,
      requireInteraction: critical === true,
    },
  };
}

/** @param {string} link @param {string} origin @returns {About} */
function aboutOf(link, origin) {
  try {
    const url = new URL(link || "/inbox", origin);
    const named = new URLSearchParams(url.hash.slice(1)).get("dose") ?? "";
    if (url.origin === origin) return { link: url.pathname + url.search + url.hash, doseIds: named.split(",").filter(Boolean) };
  } catch {
    // As for a page of others.
  }
  return { link: "/inbox", doseIds: [] };
}

/** @param {string} content @returns {Record<string, unknown>} */
function parse(content) {
  try {
    const found = JSON.parse(content);
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}
