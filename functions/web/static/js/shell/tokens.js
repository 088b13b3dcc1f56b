/**
 * The tokens of this browser's sign-in (sign-in.js), which all its tabs share. They are renewed silently, and signing
 * out ends all tabs. Pages make their calls through `withAccessToken` and store no token.
 *
 * A refresh token is valid until one of its successors has been used; a superseded one revokes the token family. So
 * only one tab at a time may refresh (a Web Lock), after checking whether another tab has already done so.
 *
 * @typedef {import("./sign-in.js").SignIn} SignIn
 * @typedef {import("./sign-in.js").TokenResponse} TokenResponse
 * @typedef {import("./sign-in.js").SignOutReason} SignOutReason
 */
import { HttpProblem, call, retry } from "./http.js";
import { currentSignIn, forgetSignIn, storeSignIn, storeUser } from "./sign-in.js";
import { withLock } from "./tab-lock.js";

/** An access token this close to its expiry is refreshed before use. In milliseconds. */
const REFRESH_MARGIN_MS = 30_000;

/** Short, because a refresh whose answer was lost can be repeated at any time. In milliseconds. */
const REFRESH_DEADLINE_MS = 2_500;

/**
 * Tabs in other processes see a write to localStorage only a moment later, so the lock is held this long after a
 * refresh: the next holder reads the new tokens. In milliseconds.
 */
const LOCK_HOLD_MS = 300;

/** Deadline of each of the two calls that tell the server about a sign-out. In milliseconds. */
const LOGOUT_DEADLINE_MS = 2_500;

/** @type {((until: Promise<void>) => void)[]} */
const listeners = [];
let signedOut = false;

/**
 * Stores the person as the server has just described them.
 * @param {import("./users.js").User} user
 */
export async function updateUser(user) {
  await withLock(async () => storeUser(user));
}

/**
 * Makes a call with a valid access token: refreshed before it expires, and once when the server refuses it. The promise
 * never settles once this browser is signed out, because the page is being left.
 * @template T
 * @param {(token: string) => Promise<T>} request
 * @returns {Promise<T>}
 * @throws whatever the request throws, and network failures of the refresh
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
    // Even a new token was refused: the sign-in is no longer valid.
    if (error instanceof HttpProblem && error.status === 401) void signOut("ended");
    return whileSignedIn(Promise.reject(error));
  }
}

/**
 * Ends the sign-in in all tabs at once, and tells the server if it can be reached.
 * @param {SignOutReason} reason
 */
export function signOut(reason) {
  const kept = currentSignIn();
  endSignIn(reason, kept ? logout(kept, reason === "idle" ? "?reason=idle" : "") : Promise.resolve());
}

/**
 * Ends the sign-in in all tabs, without telling the server.
 * @param {SignOutReason} reason
 * @param {Promise<void>} [until] pages are left only after this has settled
 */
export function endSignIn(reason, until = Promise.resolve()) {
  forgetSignIn(reason);
  notifySignedOut(until);
}

/**
 * Calls back, at most once, when the current sign-in ends, whichever tab ended it.
 * @param {(until: Promise<void>) => void} listener
 */
export function onSignedOut(listener) {
  const mine = currentSignIn()?.user.userId;
  listeners.push(listener);
  const look = () => {
    if (currentSignIn()?.user.userId !== mine) notifySignedOut(Promise.resolve());
  };
  addEventListener("storage", look);
  // A page that was frozen, or restored by the back button, has missed the event.
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
}

/** @param {Promise<void>} until */
function notifySignedOut(until) {
  if (signedOut) return;
  signedOut = true;
  for (const listener of listeners) listener(until);
}

/**
 * @template T
 * @param {Promise<T>} result
 * @returns {Promise<T>} settles like `result` while this browser is signed in, and never afterwards
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
 * @returns {Promise<string>} one that it should accept; "" once signed out
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
    const now = currentSignIn();
    // Without Web Locks, another tab may have renewed the sign-in meanwhile; its tokens are as good.
    if (now && now.user.userId === kept.user.userId && now.refreshToken !== kept.refreshToken) return now.accessToken;
    if (now?.refreshToken !== kept.refreshToken) {
      // Signed out during the refresh: its response must not restore the sign-in.
      void logout({ ...kept, ...answer, expiresAt: Infinity });
      notifySignedOut(Promise.resolve());
      return "";
    }
    storeSignIn(answer);
    return answer.accessToken;
  } catch (error) {
    // Only an explicit refusal ends a sign-in; a network failure does not.
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

/** @param {SignIn} kept @param {string} [query] */
async function logout(kept, query = "") {
  try {
    const deadlineMs = LOGOUT_DEADLINE_MS;
    const token = kept.expiresAt > Date.now() ? kept.accessToken : (await refresh(kept, deadlineMs)).accessToken;
    await call("POST", `/auth/logout${query}`, { token, deadlineMs });
  } catch {
    // This browser has deleted its tokens. If the server was not told, they expire within hours.
  }
}

/**
 * @param {SignIn} kept
 * @param {string} refused
 */
function isUsable({ accessToken, expiresAt }, refused) {
  return accessToken !== refused && expiresAt - Date.now() > REFRESH_MARGIN_MS;
}
