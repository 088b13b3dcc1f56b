/** Starts the phone page: from a QR token, from what this tab was doing before a reload, or with an explanation. */

import { HttpProblem } from "../../shell/http.js";
import * as api from "./api.js";
import { App } from "./app.js";
import { Compressor } from "./compressor.js";
import { isUnsent } from "./photo.js";
import { TROUBLES } from "./screens/outcome.js";
import { forgetAddress, fromAnswer, hashOf, tab, tokenInAddress } from "./session.js";
import { Store } from "./store.js";

const store = await Store.open();
const compressor = new Compressor();
const app = new App(store, compressor);

addEventListener("hashchange", () => {
  // A code scanned into a tab that is open already: start over; whatever is unsent has been kept.
  if (tokenInAddress()) compressor.idle().then(() => location.reload());
});
await start();

async function start() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return app.go("error", TROUBLES.insecure);
  app.go("validating");
  const token = tokenInAddress();
  const session = token ? await scanned(token) : await remembered();
  if (session) await app.begin(session);
}

/**
 * Exchanges the QR token for a session. The token stays in the address until that has worked, so that a reload helps.
 * @param {string} token
 * @returns {Promise<import("./session.js").Session | null>} null when an error is shown instead
 */
async function scanned(token) {
  const tokenHash = await hashOf(token);
  try {
    const answer = await api.validate(token);
    forgetAddress();
    return fromAnswer(answer, tokenHash, Date.now());
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status === 429 || error.status >= 500) {
      app.go("error", { ...TROUBLES.unchecked, retry: start });
      return null;
    }
    forgetAddress();
    // An old code, but the one that this phone's session began with: that session may well go on.
    const known = [tab.read(), ...(await store.sessions())].find((session) => session?.tokenHash === tokenHash);
    if (!known) app.go("error", TROUBLES.expired);
    return known ? ((await store.session(known.key)) ?? known) : null; // another tab may have a newer code
  }
}

/** @returns {Promise<import("./session.js").Session | null>} */
async function remembered() {
  const mine = tab.read();
  if (mine) return (await store.session(mine.key)) ?? mine;
  // A new tab without a code: only unsent photos are a reason to show a patient's name.
  for (const session of await store.sessions()) if ((await store.photosOf(session.key)).some(isUnsent)) return session;
  await store.tidy(null, Date.now());
  app.go("error", TROUBLES.noCode);
  return null;
}
