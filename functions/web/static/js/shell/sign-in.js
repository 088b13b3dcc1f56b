/**
 * The sign-in of this browser as all its tabs keep it, in localStorage: its tokens, and whose they are.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{accessToken: string, refreshToken: string, expiresAt: number, user: User}} SignIn `expiresAt`: Unix ms
 * @typedef {import("openapi").TokenPairDocument} TokenResponse `expiresIn`: seconds
 * @typedef {"self" | "everywhere" | "idle" | "ended"} SignOutReason
 */
import { siteStorage } from "./storage.js";

export const SIGN_IN_KEY = "bedside.sign-in";

/** Holds why this browser was signed out; the sign-in page shows it. */
const REASON_KEY = "bedside.signed-out";

/** @returns {SignIn | null} */
export function currentSignIn() {
  try {
    const kept = JSON.parse(siteStorage.read(SIGN_IN_KEY) ?? "null");
    const whole = typeof kept?.accessToken === "string" && typeof kept.refreshToken === "string";
    return whole && typeof kept.user?.userId === "string" && Array.isArray(kept.user.roles) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Stores a new sign-in, or its next pair of tokens.
 * @param {TokenResponse} answer
 * @throws {import("./storage.js").StorageFailure}
 */
export function storeSignIn({ accessToken, refreshToken, expiresIn, user }) {
  write({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000, user });
  siteStorage.remove(REASON_KEY);
}

/**
 * Stores the same sign-in with the person as the server has just described them.
 * @param {User} user
 */
export function storeUser(user) {
  const kept = currentSignIn();
  if (kept?.user.userId === user.userId) write({ ...kept, user });
}

/** Forgets the sign-in, and keeps why, if there was one. @param {SignOutReason} reason */
export function forgetSignIn(reason) {
  const known = currentSignIn() !== null;
  // First, so that there is room for the reason.
  siteStorage.remove(SIGN_IN_KEY);
  if (known) siteStorage.write(REASON_KEY, reason);
}

/** @returns {SignOutReason | null} why this browser was last signed out */
export function signOutReason() {
  const reason = siteStorage.read(REASON_KEY);
  return reason === "self" || reason === "everywhere" || reason === "idle" || reason === "ended" ? reason : null;
}

/** @param {SignIn} signIn */
function write(signIn) {
  siteStorage.write(SIGN_IN_KEY, JSON.stringify(signIn));
}
