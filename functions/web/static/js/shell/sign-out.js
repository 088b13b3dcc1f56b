/** Signing out because the person asked for it. */
import { runBeforeSignOut } from "./hooks.js";
import { currentSignIn } from "./sign-in.js";
import { signOut } from "./tokens.js";

/** @returns {Promise<boolean>} whether signing out loses nothing, or the person accepts what it loses */
export async function confirmSignOut() {
  const kept = currentSignIn();
  return !kept || runBeforeSignOut(kept.user.userId);
}

/** Signs out, unless the person is asked about unsaved work and prefers to stay. */
export async function requestSignOut() {
  if (await confirmSignOut()) signOut("self");
}
