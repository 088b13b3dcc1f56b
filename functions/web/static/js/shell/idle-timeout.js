/**
 * Signs a browser out that nobody uses: shared between tabs, warned of before, and noticed however long the machine has
 * slept, since it compares times of day and trusts no timer.
 */
import { byId, make } from "./dom.js";
import { minutesAndSeconds } from "./format.js";
import { signOut } from "./tokens.js";

const ACTIVITY_KEY = "bedside.last-used";

/** Use is written down at most this often. In milliseconds. */
const RECORD_EVERY_MS = 1_000;

/** The clocks of two tabs may differ by this much; further ahead, the clock was set back. In milliseconds. */
const SKEW_MS = 5_000;

/** Without use for this long, the browser is signed out; the server put it into the page. In milliseconds. */
export const IDLE_TIMEOUT_MS = Number(document.querySelector("meta[name=idle-logoff-seconds]")?.getAttribute("content")) * 1000;

/** The warning comes a minute before, or half-way where that leaves less than a minute for use. In milliseconds. */
const WARN_AFTER_MS = Math.max(IDLE_TIMEOUT_MS - 60_000, IDLE_TIMEOUT_MS / 2);

/** @returns {boolean} whether the sign-in that is kept has been without use for too long */
export function isTimedOut() {
  return Date.now() - lastActivity() >= IDLE_TIMEOUT_MS;
}

/** Notes that somebody is here. */
export function recordActivity() {
  localStorage.setItem(ACTIVITY_KEY, String(Date.now()));
}

/**
 * Watches for use of this page from now on, warns, and signs out.
 * @param {() => void} onLeave somebody is here, and wants to sign out
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
    // A late sign-out comes before the use that would have prevented it, and a warning wants an answer.
    if (isTimedOut() || warning.open) return look();
    if (event instanceof PointerEvent && event.type === "pointermove") {
      // Browsers also tell of a pointer at rest when the page moves under it.
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
  warning.addEventListener("close", () => {
    if (!isTimedOut()) recordActivity();
  });
  byId("idle-stay").addEventListener("click", () => warning.close());
  byId("idle-leave").addEventListener("click", () => {
    warning.close();
    onLeave();
  });
  const ticking = setInterval(look, 1_000);
  for (const kind of ["storage", "pageshow", "focus"]) addEventListener(kind, look);
  document.addEventListener("visibilitychange", look);
}

function lastActivity() {
  const noted = Number(localStorage.getItem(ACTIVITY_KEY));
  // A clock that was set back must not make a sign-in last for ever.
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
  const title = make("h2", "", "Are you still here?");
  title.id = "idle-title";
  const text = make("p", "", "Nobody has used this page for a while. To protect patients, you will be signed out in ", left, ".");
  text.id = "idle-text";
  const leave = make("button", "button", "Sign out");
  leave.id = "idle-leave";
  leave.type = "button";
  const stay = make("button", "button primary", "Stay signed in");
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
