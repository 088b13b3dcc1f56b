/** The page with everything that its reader was told. */
import { requireSignIn } from "../../app.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { listNotifications, markAllRead, markRead } from "../api.js";
import { onInbox, setUnread } from "../bell.js";
import { dayRows, pageOf } from "./rows.js";

/** @typedef {import("../api.js").Notification} Notification */

/** What is opened waits this long at most until it is marked as read. In milliseconds. */
const PATIENCE_MS = 1_500;

/** @type {Notification[]} the newest first */
let messages = [];
let cursor = "";
let unread = 0;

async function open() {
  showScreen("loading");
  try {
    const inbox = await listNotifications("");
    messages = inbox.notifications;
    cursor = inbox.cursor ?? "";
    take(inbox.unread);
    showScreen("inbox");
  } catch (error) {
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

async function more() {
  const button = byId("more", HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const inbox = await listNotifications(cursor);
    const known = new Set(messages.map(({ id }) => id));
    const added = inbox.notifications.filter(({ id }) => !known.has(id));
    messages.push(...added);
    cursor = inbox.cursor ?? "";
    take(inbox.unread);
    if (added[0]) focusOn(added[0]);
  } catch (error) {
    setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

/** @param {import("../api.js").Inbox} inbox the newest, while the page is open */
function refresh(inbox) {
  if (byId("inbox").hidden) return;
  const newest = new Set(inbox.notifications.map(({ id }) => id));
  const fresh = inbox.notifications.filter(({ id }) => !messages.some((each) => each.id === id));
  if (!messages.length) cursor = inbox.cursor ?? "";
  messages = [...inbox.notifications, ...messages.filter(({ id }) => !newest.has(id))];
  take(inbox.unread);
  if (fresh.length) announce(t("notifications.inbox.new", { count: fresh.length }));
}

/** @param {number} count how many are unread */
function take(count) {
  unread = count;
  setUnread(count);
  const { activeElement } = document;
  const focused = messages.find(({ id }) => activeElement instanceof HTMLElement && activeElement.dataset.message === id);
  byId("days").replaceChildren(...dayRows(messages, new Date(), (message, elsewhere) => void pick(message, elsewhere)));
  if (focused) focusOn(focused);
  byId("none").hidden = messages.length > 0;
  byId("more").hidden = !cursor;
  byId("all-read").hidden = unread === 0;
  setText("count", unread ? t("notifications.inbox.unread", { count: unread }) : "");
}

/**
 * Marks a message as read and opens what it is about, if it is about a page.
 * @param {Notification} message
 * @param {boolean} elsewhere
 */
async function pick(message, elsewhere) {
  const reading = read(message);
  const page = pageOf(message);
  if (elsewhere || !page) return focusOn(message);
  await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  location.assign(page);
}

/** @param {Notification} message */
async function read(message) {
  if (message.read) return;
  message.read = true;
  take(Math.max(0, unread - 1));
  try {
    take(await markRead(message.id));
  } catch (error) {
    message.read = false;
    take(unread + 1);
    setText("said", errorMessage(error));
  }
}

async function readAll() {
  const button = byId("all-read", HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const left = await markAllRead();
    for (const message of messages) message.read = true;
    take(left);
    setText("said", t("notifications.inbox.all-read.done"));
    byId("inbox-title").focus();
  } catch (error) {
    setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

/** @param {Notification} message */
function focusOn({ id }) {
  const row = document.querySelector(`[data-message="${CSS.escape(id)}"]`);
  if (row instanceof HTMLElement) row.focus();
}

byId("again").addEventListener("click", () => void open());
byId("more").addEventListener("click", () => void more());
byId("all-read").addEventListener("click", () => void readAll());
if (requireSignIn()) {
  onInbox(refresh);
  void open();
}
