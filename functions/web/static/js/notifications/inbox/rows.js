/** Messages in the list, under the day on which they came. */
import { make } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";

/** @typedef {import("../api.js").Notification} Notification */

/**
 * @param {readonly Notification[]} messages the newest first
 * @param {Date} now
 * @param {(message: Notification, elsewhere: boolean) => void} onPick `elsewhere`: it opens in another tab
 * @returns {HTMLElement[]} a heading and a list for each day
 */
export function dayRows(messages, now, onPick) {
  /** @type {Map<string, Notification[]>} */
  const days = new Map();
  for (const message of messages) {
    const day = new Date(message.toldAt).toDateString();
    days.set(day, [...(days.get(day) ?? []), message]);
  }
  return [...days.values()].map((found, at) => {
    const heading = make("h2", "inbox-day", dayName(new Date(found[0]?.toldAt ?? now), now));
    heading.id = `day-${at}`;
    const list = make("ul", "inbox-list card", ...found.map((message) => make("li", "", row(message, onPick))));
    list.setAttribute("role", "list");
    list.setAttribute("aria-labelledby", heading.id);
    return make("section", "inbox-group", heading, list);
  });
}

/** @param {Notification} message @param {(message: Notification, elsewhere: boolean) => void} onPick */
function row(message, onPick) {
  const { id, title, text, toldAt, read } = message;
  const time = make("time", "small muted", new Date(toldAt).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" }));
  time.dateTime = toldAt;
  const words = make("span", "message-words", make("span", "message-title", title), make("span", "", text));
  const made = make("a", "message", words, time);
  made.href = pageOf(message) || "/inbox";
  made.dataset.message = id;
  if (!read) {
    made.classList.add("unread");
    words.prepend(make("span", "visually-hidden", t("notifications.inbox.is-unread")));
  }
  made.addEventListener("click", (event) => {
    // Somebody who wants it in another tab gets it there.
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!elsewhere) event.preventDefault();
    onPick(message, elsewhere);
  });
  return made;
}

/** @param {Notification} message @returns {string} the address of the page that it is about; "" if it is about none */
export function pageOf({ link }) {
  const { origin, pathname, search, hash } = new URL(link, location.href);
  return origin === location.origin && pathname !== location.pathname ? pathname + search + hash : "";
}

/** @param {Date} day @param {Date} now */
function dayName(day, now) {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return t("notifications.inbox.today");
  if (day.toDateString() === yesterday.toDateString()) return t("notifications.inbox.yesterday");
  /** @type {Intl.DateTimeFormatOptions} */
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return day.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", ...year });
}
