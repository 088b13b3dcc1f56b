/** Signing out because the person asked for it. */
import { runBeforeSignOut } from "./hooks.js";
import { current, signOut } from "./tokens.js";

/** @returns {Promise<boolean>} whether signing out loses nothing, or the person accepts what it loses */
export async function maySignOut() {
  const kept = current();
  return !kept || runBeforeSignOut(kept.user.userId);
}

/** Signs out, unless the person is asked about unsaved work and prefers to stay. */
export async function signOutByHand() {
  if (await maySignOut()) signOut("self");
}
