/**
 * Signs out after a time without activity, in all tabs, with a warning first. Compares times of day instead of relying
 * on timers, so that it also works after the computer has slept.
 */
import { byId, make } from "./dom.js";
import { minutesAndSeconds } from "./format.js";
import { t, withElements } from "./messages.js";
import { siteStorage } from "./storage.js";
import { signOut } from "./tokens.js";

const ACTIVITY_KEY = "bedside.last-used";

/** Activity is recorded at most this often. In milliseconds. */
const RECORD_EVERY_MS = 1_000;

/** Clock difference tolerated between tabs; a larger one means that the clock was set back. In milliseconds. */
const SKEW_MS = 5_000;

/** Signs out after this long without activity; the server puts it into the page. In milliseconds. */
export const IDLE_TIMEOUT_MS = Number(document.querySelector("meta[name=idle-logoff-seconds]")?.getAttribute("content")) * 1000;

/** Warns a minute before, or half-way if the timeout is shorter than two minutes. In milliseconds. */
const WARN_AFTER_MS = Math.max(IDLE_TIMEOUT_MS - 60_000, IDLE_TIMEOUT_MS / 2);

/** @returns {boolean} whether the last activity is too long ago */
export function isTimedOut() {
  return Date.now() - lastActivity() >= IDLE_TIMEOUT_MS;
}

/** Records activity now. */
export function recordActivity() {
  try {
    siteStorage.write(ACTIVITY_KEY, String(Date.now()));
  } catch {
    // Other tabs do not learn of it; this one counts from here on.
    siteStorage.remove(ACTIVITY_KEY);
    startedAt = Date.now();
  }
}

/**
 * Watches for activity from now on, warns, and signs out.
 * @param {() => void} onLeave the person chose to sign out in the warning
 */
export function startIdleTimeout(onLeave) {
  const warning = makeWarning();
  const left = byId("idle-left");
  let spot = "";

  const look = () => {
    const unused = Date.now() - lastActivity();
    if (unused >= IDLE_TIMEOUT_MS) {
      clearInterval(ticking);
      return signOut("idle");
    }
    const warned = unused >= WARN_AFTER_MS;
    if (warned) left.textContent = minutesAndSeconds(IDLE_TIMEOUT_MS - unused);
    if (warned && !warning.open) warning.showModal();
    if (!warned && warning.open) warning.close();
  };

  /** @param {Event} event */
  const use = (event) => {
    // An overdue sign-out takes precedence over new activity, and the warning must be answered.
    if (isTimedOut() || warning.open) return look();
    if (event instanceof PointerEvent && event.type === "pointermove") {
      // Browsers report a resting pointer too, when the page moves under it.
      const now = `${event.screenX},${event.screenY}`;
      if (now === spot) return;
      const first = !spot;
      spot = now;
      if (first) return;
    }
    if (Date.now() - lastActivity() >= RECORD_EVERY_MS) recordActivity();
  };

  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "input"]) {
    addEventListener(kind, use, { capture: true, passive: true });
  }
  const stay = () => {
    if (!isTimedOut()) recordActivity();
  };
  warning.addEventListener("close", stay);
  byId("idle-stay").addEventListener("click", () => {
    // The event of closing comes later, perhaps after the time is up.
    stay();
    warning.close();
  });
  byId("idle-leave").addEventListener("click", () => {
    warning.close();
    onLeave();
  });
  const ticking = setInterval(look, 1_000);
  for (const kind of ["storage", "pageshow", "focus"]) addEventListener(kind, look);
  document.addEventListener("visibilitychange", look);
}

function lastActivity() {
  const noted = Number(siteStorage.read(ACTIVITY_KEY));
  // A clock that was set back must not keep the sign-in alive for ever.
  if (noted > 0 && noted <= Date.now() + SKEW_MS) return noted;
  // The clock was set back, perhaps to before this page was opened: count from now on.
  startedAt = Math.min(startedAt, Date.now());
  return startedAt;
}

let startedAt = Date.now();

/** @returns {HTMLDialogElement} */
function makeWarning() {
  const left = make("span", "idle-left");
  left.id = "idle-left";
  left.setAttribute("role", "timer");
  const title = make("h2", "", t("shell.idle.title"));
  title.id = "idle-title";
  const text = make("p", "", ...withElements(t("shell.idle.text", { left: "{left}" }), { left }));
  text.id = "idle-text";
  const leave = make("button", "button", t("shell.sign-out"));
  leave.id = "idle-leave";
  leave.type = "button";
  const stay = make("button", "button primary", t("shell.idle.stay"));
  stay.id = "idle-stay";
  stay.type = "button";
  stay.autofocus = true;
  const dialog = make("dialog", "", title, text, make("div", "dialog-actions", leave, stay));
  dialog.id = "idle";
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.setAttribute("aria-describedby", text.id);
  document.body.append(dialog);
  return dialog;
}
