/** Starts the phone's page: from a QR token, from the session before a reload, or with an error. */

import { HttpProblem } from "../../shell/http.js";
import { Compressor } from "../upload/compressor.js";
import * as api from "./api.js";
import { App } from "./app.js";
import { followSession } from "./follow.js";
import { isUnsent } from "./photo.js";
import { ERRORS } from "./screens/outcome.js";
import { clearUrl, fromResponse, hashToken, phoneId, tab, tokenInUrl } from "./session.js";
import { Store } from "./store.js";

/** How often a phone that waits to be let in asks again, in milliseconds. */
const ASK_EVERY_MS = 2_500;

const store = await Store.open();
const compressor = new Compressor();
const app = new App(store, compressor);

addEventListener("hashchange", () => {
  // A code was scanned into an open tab: start over. Unsent photos are stored.
  if (tokenInUrl()) compressor.idle().then(() => location.reload());
});
await start();
followSession(app);

async function start() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return app.go("error", ERRORS.insecure);
  app.go("validating");
  const token = tokenInUrl();
  const session = token ? await fromQrCode(token) : await fromStorage();
  if (session) await app.begin(session);
}

/**
 * Exchanges the QR token for a session. The token stays in the URL until that has succeeded, so that a reload helps.
 * @param {string} token
 * @returns {Promise<import("./session.js").Session | null>} null when an error is shown instead
 */
async function fromQrCode(token) {
  const tokenHash = await hashToken(token);
  try {
    for (;;) {
      const answer = await api.validate(token, phoneId());
      if ("uploadToken" in answer) {
        clearUrl();
        return fromResponse(answer, tokenHash, Date.now());
      }
      if (app.name !== "asking") app.go("asking", answer.phone);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS)); // until the code's end at most
    }
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status === 429 || error.status >= 500) {
      app.go("error", { ...ERRORS.unchecked, retry: start });
      return null;
    }
    clearUrl();
    if ([403, 409].includes(error.status)) {
      app.go("error", ERRORS.refused);
      return null;
    }
    // An old code, but the one that began this phone's session: that session may still be open.
    const known = [tab.read(), ...(await store.sessions())].find((session) => session?.tokenHash === tokenHash);
    if (!known) app.go("error", ERRORS.expired);
    return known ? ((await store.session(known.key)) ?? known) : null; // another tab may have a newer code
  }
}

/** @returns {Promise<import("./session.js").Session | null>} */
async function fromStorage() {
  const mine = tab.read();
  if (mine) return (await store.session(mine.key)) ?? mine;
  // A new tab without a code: only unsent photos justify showing a patient's name.
  for (const session of await store.sessions()) if ((await store.photosOf(session.key)).some(isUnsent)) return session;
  await store.cleanUp(null, Date.now());
  app.go("error", ERRORS.noCode);
  return null;
}
