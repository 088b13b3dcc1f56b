/**
 * The bell in the bar: how many messages its reader has not read yet. All tabs share what one of them was told, and only
 * a tab that is seen asks: when the page has loaded, as soon as it hears of something new, and at times in case it does not.
 */
import { apiCall } from "../shell/api.js";
import { formatNumber, t } from "../shell/messages.js";
import { siteStorage } from "../shell/storage.js";
import { lookForNotifications } from "./api.js";

/** @typedef {import("./api.js").Inbox} Inbox */

const KEY = "bedside.unread";

/** The page's own calls come first. In milliseconds. */
const FIRST_MS = 4_000;
/** What another tab was told so long ago is believed. In milliseconds. */
const FRESH_MS = 30_000;

let userId = "";
let shown = 0;
let asking = false;
/** @type {((inbox: Inbox) => void)[]} */
const listeners = [];

/** @type {import("../shell/hooks.js").PageHooks} */
export const hooks = {
  onEnter(user) {
    userId = user.userId;
    draw();
    if (siteStorage.read("bedside.push")) forget(userId);
    setTimeout(
      () => import("./bell-live.js").then((live) => live.followInbox(apiCall, look, lookIfOld), lookIfOld),
      FIRST_MS,
    );
    addEventListener("storage", draw);
    // The service worker tells open pages of a push message.
    navigator.serviceWorker?.addEventListener("message", look);
  },
  onLeave(_, byChoice) {
    userId = ""; // nothing is asked any more
    siteStorage.remove(KEY);
    // Whoever uses this device next must not see what is meant for somebody else; idle sign-outs happen on own phones too.
    if (byChoice) return forget();
  },
};

/** @param {(inbox: Inbox) => void} listener gets the newest messages, whenever they were asked for */
export function onInbox(listener) {
  listeners.push(listener);
}

/** @param {number} unread as a call has just said */
export function setUnread(unread) {
  try {
    siteStorage.write(KEY, JSON.stringify({ userId, unread, at: Date.now() }));
  } catch {
    // Full: only this tab knows.
  }
  show(unread);
}

/** @param {string} [but] whose messages stay */
const forget = (but) => import("./forget-push.js").then((push) => push.forgetPush(but), () => {});

async function lookIfOld() {
  if (Math.abs(Date.now() - (read()?.at ?? 0)) >= FRESH_MS) await look(); // a clock may be set back
}

async function look() {
  if (asking || document.hidden || !userId) return;
  asking = true;
  try {
    const inbox = await lookForNotifications();
    if (!userId) return;
    setUnread(inbox.unread);
    for (const listener of listeners) listener(inbox);
  } catch {
    // The number stays as it is, and is asked for again soon.
  } finally {
    asking = false;
  }
}

function draw() {
  const known = read();
  if (!known) return;
  // What another tab was told is a number only.
  if (known.unread !== shown && listeners.length) look();
  show(known.unread);
}

/** @returns {{unread: number, at: number} | null} what some tab was told about this person */
function read() {
  try {
    const kept = JSON.parse(siteStorage.read(KEY) ?? "null");
    return kept?.userId === userId && Number.isInteger(kept.unread) ? kept : null;
  } catch {
    return null;
  }
}

/** @param {number} unread */
function show(unread) {
  shown = unread;
  const bell = document.getElementById("bell");
  const count = document.getElementById("bell-count");
  if (!bell || !count) return;
  count.hidden = !unread;
  count.textContent = formatNumber(unread);
  bell.setAttribute("aria-label", unread ? t("notifications.bell", { count: unread }) : t("notifications.page"));
}
