import { byId, photos, announce } from "../dom.js";
import { patientOf } from "../session.js";

/** @typedef {{title: string, hint: string, action?: string, retry?: (() => void) | null}} ErrorText */

/**
 * An error and what to do next.
 * @returns {import("../app.js").Screen}
 */
export function errorScreen() {
  /** @type {(() => void) | null} */
  let retry = null;
  byId("error-retry").addEventListener("click", () => {
    const run = retry;
    retry = null; // the second tap of a double tap
    run?.();
  });
  return {
    show: (detail) => {
      const trouble = /** @type {ErrorText} */ (detail);
      retry = trouble.retry ?? null;
      byId("error-title").textContent = trouble.title;
      byId("error-hint").textContent = trouble.hint;
      byId("error-actions").hidden = !retry;
      byId("error-retry").textContent = trouble.action ?? "Try again";
    },
  };
}

/** @type {Record<"noCode" | "unchecked" | "refused" | "expired" | "ended" | "lost" | "insecure", ErrorText>} */
export const ERRORS = {
  noCode: { title: "Scan the code", hint: "Open this page by scanning the code on the desktop with your camera." },
  unchecked: { title: "The code could not be checked", hint: "Check the phone’s connection, then try again." },
  refused: { title: "This phone was not let in", hint: "Ask the clinician, who can still let it in, then scan the code again." },
  expired: { title: "This code has expired", hint: "Codes work for 10 minutes. Scan the new one on the desktop." },
  ended: { title: "This session has ended", hint: "Scan a new code on the desktop to take more photos." },
  lost: {
    title: "This session has ended",
    hint: "This browser could not keep the photos that were not sent. Scan a new code and take them again.",
  },
  insecure: { title: "Not a secure page", hint: "Photos can only be sent over https. Scan the code on the desktop again." },
};

/**
 * What was sent, and how to continue.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function successScreen(app) {
  byId("add-more").addEventListener("click", () => app.proceed());
  return {
    show: (sent) => {
      const { session } = app.queue;
      const title = `${photos(Number(sent))} sent`;
      byId("success-title").textContent = title;
      byId("success-hint").textContent = app.next
        ? "They are on the desktop now."
        : "They are on the desktop now. You can close this page.";
      byId("success-count").textContent = `${app.queue.used} of ${session.maxImages} in this session`;
      byId("add-more").textContent = app.next ? `Continue with ${patientOf(app.next)}` : "Add more photos";
      announce(title);
    },
  };
}
