/**
 * Who is at the desk. The local cloud hands out the demo clinician's token; anywhere else the clinician pastes one.
 * Everything about signing in is in this module, so that a real sign-in replaces only this.
 * @typedef {{userId: string, roles: string[], facilityId: string}} User
 * @typedef {{accessToken: string, user: User | null}} Identity
 */
import { HttpProblem, callWithRetry } from "./http.js";

const KEPT_AS = "bedside.identity";

/**
 * The identity of this tab, or null when the clinician has to be asked.
 * @returns {Promise<Identity | null>}
 */
export async function identity() {
  return kept() ?? (await demoIdentity());
}

/**
 * A new identity after the server refused the old one; null when the clinician has to be asked.
 * @param {string} refused the token that no longer works
 * @returns {Promise<Identity | null>}
 */
export async function renewedIdentity(refused) {
  sessionStorage.removeItem(KEPT_AS);
  const demo = await demoIdentity();
  // The same token again would be refused again, without end.
  return demo && demo.accessToken !== refused ? demo : null;
}

/**
 * Waits until the clinician has given a token in the form, and keeps it for this tab.
 * @param {HTMLFormElement} form
 * @param {string} because why the token is asked for, if one was refused
 * @returns {Promise<Identity>}
 */
export function askForIdentity(form, because) {
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("token"));
  const error = /** @type {HTMLElement} */ (form.querySelector(".field-error"));
  /** @param {string} text */
  const complain = (text) => {
    error.textContent = text;
    error.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  };
  complain(because);
  input.value = "";
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const accessToken = input.value.trim();
      if (!/^[\x21-\x7e]+$/.test(accessToken)) return complain("Paste the whole token, without spaces.");
      input.value = "";
      /** @type {Identity} */
      const given = { accessToken, user: null };
      sessionStorage.setItem(KEPT_AS, JSON.stringify(given));
      resolve(given);
    };
  });
}

/** @returns {Identity | null} */
function kept() {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    return typeof value?.accessToken === "string" ? value : null;
  } catch {
    return null;
  }
}

/** @returns {Promise<Identity | null>} null where there is no demo clinician: everywhere but on a local cloud */
async function demoIdentity() {
  try {
    return await callWithRetry("GET", "/demo/token");
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 404) return null;
    throw error;
  }
}
