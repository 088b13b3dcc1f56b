/**
 * The sign-in of this browser: one for all its tabs, kept in localStorage, renewed without a word, and ended for all of
 * them at once. Pages get their calls signed by `authorized`; they never see a token that they have to keep.
 *
 * A refresh token works once, and its second use ends the sign-in: so only one tab at a time may renew (a Web Lock), and
 * whoever gets the lock first looks whether another tab has already done it.
 *
 * @typedef {import("./users.js").User} User
 * @typedef {{accessToken: string, refreshToken: string, expiresAt: number, user: User}} SignIn `expiresAt`: Unix ms
 * @typedef {{accessToken: string, refreshToken: string, expiresIn: number, user: User}} TokenResponse `expiresIn`: seconds
 * @typedef {"self" | "everywhere" | "idle" | "ended"} SignOutReason
 */
import { HttpProblem, call, retry } from "./http.js";

export const SIGN_IN_KEY = "bedside.sign-in";

/** Why this browser was signed out; the sign-in page tells it, whichever tab opens it. */
const REASON_KEY = "bedside.signed-out";

/** An access token this close to its end is renewed before it is used. In milliseconds. */
const REFRESH_MARGIN_MS = 30_000;

/**
 * The server gives a retried refresh the same answer for 10 seconds: with this deadline, and 1 and 2 seconds between
 * the tries, three of them fit into that. In milliseconds.
 */
const REFRESH_DEADLINE_MS = 2_500;

/**
 * What one tab writes, another tab of another process reads a moment later: the lock is kept for so long after a
 * renewal that whoever gets it next reads the new tokens. In milliseconds.
 */
const LOCK_HOLD_MS = 300;

/** Nobody waits longer than this for the server to hear of a sign-out. In milliseconds, for each of two calls. */
const LOGOUT_DEADLINE_MS = 2_500;

/** @type {((until: Promise<void>) => void)[]} */
const listeners = [];
let signedOut = false;

/** @returns {SignIn | null} */
export function currentSignIn() {
  try {
    const kept = JSON.parse(localStorage.getItem(SIGN_IN_KEY) ?? "null");
    const whole = typeof kept?.accessToken === "string" && typeof kept.refreshToken === "string";
    return whole && typeof kept.user?.userId === "string" && Array.isArray(kept.user.roles) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Keeps a new sign-in, or its next pair of tokens.
 * @param {TokenResponse} answer
 */
export function storeSignIn({ accessToken, refreshToken, expiresIn, user }) {
  write({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000, user });
  localStorage.removeItem(REASON_KEY);
}

/**
 * What the server has just told about the person.
 * @param {User} user
 */
export async function updateUser(user) {
  await withLock(async () => {
    const kept = currentSignIn();
    if (kept?.user.userId === user.userId) write({ ...kept, user });
  });
}

/**
 * Makes a call with a working access token: renewed before it expires, and once when the server refuses it.
 * Never settles once this browser is signed out: the page is leaving, and nobody is there to be answered.
 * @template T
 * @param {(token: string) => Promise<T>} request
 * @returns {Promise<T>}
 * @throws whatever the request throws, and the network's failures of the renewal
 */
export async function withAccessToken(request) {
  const token = await whileSignedIn(usableToken(""));
  try {
    return await whileSignedIn(request(token));
  } catch (error) {
    if (!(error instanceof HttpProblem && error.status === 401)) throw error;
  }
  const next = await whileSignedIn(usableToken(token));
  try {
    return await whileSignedIn(request(next));
  } catch (error) {
    // Refused with a token that was made just now: this sign-in opens nothing any more.
    if (error instanceof HttpProblem && error.status === 401) void signOut("ended");
    return whileSignedIn(Promise.reject(error));
  }
}

/**
 * Ends the sign-in in all tabs at once, and tells the server as well as it can.
 * @param {SignOutReason} reason
 */
export function signOut(reason) {
  const kept = currentSignIn();
  endSignIn(reason, kept ? logout(kept) : Promise.resolve());
}

/**
 * Ends the sign-in in all tabs when the server knows of it already.
 * @param {SignOutReason} reason
 * @param {Promise<void>} [until] before this has settled, no page is left
 */
export function endSignIn(reason, until = Promise.resolve()) {
  if (currentSignIn()) localStorage.setItem(REASON_KEY, reason);
  localStorage.removeItem(SIGN_IN_KEY);
  notifySignedOut(until);
}

/** @returns {SignOutReason | null} why this browser was last signed out */
export function signOutReason() {
  const reason = localStorage.getItem(REASON_KEY);
  return reason === "self" || reason === "everywhere" || reason === "idle" || reason === "ended" ? reason : null;
}

/**
 * Calls back, at most once, when the sign-in that is kept now has ended, in whichever tab it was ended.
 * @param {(until: Promise<void>) => void} listener
 */
export function onSignedOut(listener) {
  const mine = currentSignIn()?.user.userId;
  listeners.push(listener);
  const look = () => {
    if (currentSignIn()?.user.userId !== mine) notifySignedOut(Promise.resolve());
  };
  addEventListener("storage", look);
  // A page that was frozen, or is brought back by the back button, has heard of nothing.
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
}

/** @param {Promise<void>} until */
function notifySignedOut(until) {
  if (signedOut) return;
  signedOut = true;
  for (const listener of listeners) listener(until);
}

/** @param {SignIn} signIn */
function write(signIn) {
  localStorage.setItem(SIGN_IN_KEY, JSON.stringify(signIn));
}

/**
 * @template T
 * @param {Promise<T>} result
 * @returns {Promise<T>} the same while this browser is signed in; afterwards nothing
 */
function whileSignedIn(result) {
  return new Promise((resolve, reject) => {
    result.then(
      (value) => signedOut || resolve(value),
      (error) => signedOut || reject(error),
    );
  });
}

/**
 * @param {string} refused a token that the server no longer takes
 * @returns {Promise<string>} one that it should take; "" once signed out
 */
async function usableToken(refused) {
  const kept = currentSignIn();
  if (kept && isUsable(kept, refused)) return kept.accessToken;
  return new Promise((resolve, reject) => {
    const renewal = withLock(async () => {
      const before = currentSignIn()?.refreshToken;
      resolve(await renew(refused));
      if (currentSignIn()?.refreshToken !== before) await new Promise((settled) => setTimeout(settled, LOCK_HOLD_MS));
    });
    renewal.catch(reject);
  });
}

/** @param {string} refused */
async function renew(refused) {
  const kept = currentSignIn();
  if (kept && isUsable(kept, refused)) return kept.accessToken;
  if (!kept) {
    notifySignedOut(Promise.resolve());
    return "";
  }
  try {
    const answer = await retry(() => refresh(kept));
    if (currentSignIn()?.refreshToken !== kept.refreshToken) {
      // Signed out while the answer was on its way: it must not bring the sign-in back.
      void logout({ ...kept, ...answer, expiresAt: Infinity });
      notifySignedOut(Promise.resolve());
      return "";
    }
    storeSignIn(answer);
    return answer.accessToken;
  } catch (error) {
    // Only a clear no ends a sign-in: a network that fails says nothing about it.
    const refusal = error instanceof HttpProblem && (error.status === 401 || error.status === 422);
    if (!refusal) throw error;
    endSignIn("ended");
    return "";
  }
}

/**
 * @param {SignIn} kept
 * @param {number} [deadlineMs]
 * @returns {Promise<TokenResponse>}
 */
function refresh({ refreshToken }, deadlineMs = REFRESH_DEADLINE_MS) {
  return call("POST", "/auth/refresh", { body: { refreshToken }, deadlineMs });
}

/** @param {SignIn} kept */
async function logout(kept) {
  try {
    const deadlineMs = LOGOUT_DEADLINE_MS;
    const token = kept.expiresAt > Date.now() ? kept.accessToken : (await refresh(kept, deadlineMs)).accessToken;
    await call("POST", "/auth/logout", { token, deadlineMs });
  } catch {
    // This browser has forgotten its tokens; what the server could not be told ends by itself within hours.
  }
}

/**
 * @param {SignIn} kept
 * @param {string} refused
 */
function isUsable({ accessToken, expiresAt }, refused) {
  return accessToken !== refused && expiresAt - Date.now() > REFRESH_MARGIN_MS;
}

/**
 * One tab at a time.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(work) {
  // Browsers without locks are left to the server's patience with a token that two tabs use at once.
  if (!navigator.locks) return work();
  return /** @type {Promise<T>} */ (navigator.locks.request("bedside.sign-in", work));
}
