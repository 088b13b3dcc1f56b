/** The screens of the page: one shows at a time, and Back leads through some of them. */

import { byId, announce } from "./dom.js";
import { captureScreen } from "./screens/capture.js";
import { detailsScreen } from "./screens/details.js";
import { handoffScreen } from "./screens/handoff.js";
import { errorScreen, successScreen } from "./screens/outcome.js";
import { reviewScreen } from "./screens/review.js";
import { uploadingScreen } from "./screens/uploading.js";

/**
 * @typedef {"validating" | "asking" | "capture" | "review" | "details" | "uploading" | "success" | "handoff" | "error"} Name
 * @typedef {{show(detail?: unknown): void, update?(): void, hide?(): void}} Screen
 */

/** Screens with an entry in the browser history. */
const HISTORY = new Set(["capture", "review", "details"]);

export class ScreenStack {
  /** @type {Name} */
  name = "validating";
  #queued = false;

  /** @param {import("./app.js").App} app */
  constructor(app) {
    /** @type {Record<Name, Screen>} */
    this.screens = {
      validating: { show() {} },
      asking: { show: (phone) => (byId("asking-words").textContent = /** @type {{words: string}} */ (phone).words) },
      capture: captureScreen(app),
      review: reviewScreen(app),
      details: detailsScreen(app),
      uploading: uploadingScreen(app),
      success: successScreen(app),
      handoff: handoffScreen(app),
      error: errorScreen(),
    };
    addEventListener("popstate", ({ state }) => {
      if (!HISTORY.has(this.name)) return;
      const empty = app.queue.drafts.length === 0;
      this.go(empty ? "capture" : (state?.screen ?? "capture"), state?.detail, true);
    });
  }

  /**
   * Shows a screen and moves the focus to its heading.
   * @param {Name} name
   * @param {unknown} [detail]
   * @param {boolean} [back] whether the Back button was used
   */
  go(name, detail, back = false) {
    const changed = name !== this.name;
    if (changed) this.screens[this.name].hide?.();
    this.name = name;
    for (const section of document.querySelectorAll("main > section")) {
      /** @type {HTMLElement} */ (section).hidden = section.getAttribute("data-screen") !== name;
    }
    if (changed && !back && HISTORY.has(name) && name !== "capture") history.pushState({ screen: name, detail }, "");
    announce("");
    this.screens[name].show(detail);
    if (this.name !== name) return; // the screen had nothing to show and redirected
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-screen="${name}"] h1`))?.focus({ preventScroll: true });
  }

  /** Draws the screen anew, at most once per frame, however many bytes went out. */
  update() {
    if (this.#queued) return;
    this.#queued = true;
    setTimeout(() => {
      this.#queued = false;
      this.screens[this.name].update?.();
    }, 16);
  }
}
