/** Lets only signed-in people see a page, and leaves it as soon as they are signed out. */
import { make } from "./dom.js";
import { runOnEnter, runOnLeave, runOnOpen } from "./hooks.js";
import { isTimedOut, recordActivity, startIdleTimeout } from "./idle-timeout.js";
import { t } from "./messages.js";
import { drawSidebar } from "./sidebar.js";
import { startSearch } from "./search.js";
import { requestSignOut } from "./sign-out.js";
import { tabStorage } from "./storage.js";
import { currentSignIn, signOutReason } from "./sign-in.js";
import { onSignedOut, signOut } from "./tokens.js";

/** @typedef {import("./users.js").User} User */

/**
 * Opens the page for a signed-in person; anybody else is redirected to the sign-in page.
 * @param {{onLeave?: () => void, address?: () => string}} [page] `onLeave` stops everything that still runs; `address`
 *   is where to return to after signing in again, without anything that must not stand in a URL
 * @returns {User | null} null when the page is being left, and must show nothing
 */
export function requireSignIn({ onLeave, address = () => location.pathname + location.search } = {}) {
  /** @param {Promise<void>} until */
  const leave = async (until) => {
    onLeave?.();
    tabStorage.clear();
    const byChoice = signOutReason() === "self" || signOutReason() === "everywhere";
    const cleaned = runOnLeave(kept?.user.userId ?? null, byChoice);
    const wait = make("div", "screen waiting", make("div", "spinner"), make("p", "", t("shell.signing-out")));
    wait.setAttribute("role", "status");
    document.body.replaceChildren(make("main", "", wait));
    document.body.classList.remove("shelled");
    document.title = "Bedside";
    await Promise.all([until, cleaned]);
    const next = byChoice ? "/" : address();
    location.replace(next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);
  };
  runOnOpen();
  const kept = currentSignIn();
  if (!kept) {
    void leave(Promise.resolve());
    return null;
  }
  onSignedOut((until) => void leave(until));
  if (isTimedOut()) {
    // The browser was reopened after the timeout: sign out before anything is shown.
    signOut("idle");
    return null;
  }
  // Loading a page counts as activity.
  recordActivity();
  startIdleTimeout(() => void requestSignOut());
  drawSidebar(kept.user);
  startSearch();
  runOnEnter(kept.user);
  return kept.user;
}
