import { part, photos, say } from "../page.js";
import { patientOf } from "../session.js";

/**
 * What was sent, and the way on.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function successScreen(app) {
  part("add-more").addEventListener("click", () => app.goOn());
  return {
    show: (sent) => {
      const { session } = app.queue;
      const title = `${photos(Number(sent))} sent`;
      part("success-title").textContent = title;
      part("success-hint").textContent = app.next
        ? "They are on the desktop now."
        : "They are on the desktop now. You can close this page.";
      part("success-count").textContent = `${app.queue.used} of ${session.maxImages} in this session`;
      part("add-more").textContent = app.next ? `Continue with ${patientOf(app.next)}` : "Add more photos";
      say(title);
    },
    update: () => {},
    hide: () => {},
  };
}
