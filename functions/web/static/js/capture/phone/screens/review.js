import { describe } from "../../metadata.js";
import { confirm, deleteButton, element, byId, photos, announce } from "../dom.js";

/**
 * All drafts photos, which can be deleted; and "Send" once each has been described or skipped.
 * @param {import("../app.js").App} app
 * @returns {import("../app.js").Screen}
 */
export function reviewScreen(app) {
  const grid = byId("grid");
  let shown = "";

  byId("more").addEventListener("click", () => app.go("capture"));
  byId("describe").addEventListener("click", () => {
    const first = app.queue.drafts.findIndex((photo) => !photo.seen);
    app.go("details", Math.max(0, first));
  });
  byId("send").addEventListener("click", () => app.send());

  /** @param {import("../photo.js").Photo} photo @param {number} index */
  function tile(photo, index) {
    const name = `Photo ${index + 1}`;
    const about = describe(photo.metadata);
    const text = about || (photo.metadata.notes ? "Notes only" : photo.seen ? "No details" : name);
    const open = element("button", { type: "button", className: "tile-open" }, [
      element("img", { src: app.queue.urlOf(photo), alt: "" }),
      element("span", { className: "tile-text", textContent: text }),
    ]);
    const shown = text === name ? name : `${name}, ${text}`;
    open.ariaLabel = `${shown}. ${about || photo.metadata.notes ? "Change" : "Add"} details`;
    open.addEventListener("click", () => app.go("details", app.queue.drafts.indexOf(photo)));
    const remove = deleteButton(`Delete ${name.toLowerCase()}`, "tile-delete", async () => {
      if (!(await confirm(`Delete ${name.toLowerCase()}?`))) return;
      await app.queue.remove(photo);
      announce(`${name} deleted`);
      if (app.queue.drafts.length > 0) byId("review-title").focus();
    });
    return element("li", { className: "tile card" }, [open, remove]);
  }

  function render() {
    const { drafts } = app.queue;
    if (drafts.length === 0 && app.queue.preparing === 0) return app.go("capture");
    const ready = drafts.every((photo) => photo.seen);
    byId("review-title").textContent = ready ? "Ready to send" : "Review photos";
    byId("review-hint").textContent = ready
      ? "Tap a photo to change its details."
      : "Delete what is not needed. Then say where each was taken.";
    byId("describe").hidden = ready;
    byId("send").hidden = !ready;
    const { preparing } = app.queue;
    /** @type {HTMLButtonElement} */ (byId("send")).disabled = preparing > 0;
    byId("send").textContent = preparing > 0 ? `Preparing ${photos(preparing)}…` : `Send ${photos(drafts.length)}`;
    // Rebuilt only when it changes, so that focus and pictures stay.
    const now = JSON.stringify(drafts.map((photo) => [photo.id, photo.metadata, photo.seen]));
    if (now === shown) return;
    shown = now;
    grid.replaceChildren(...drafts.map(tile));
  }

  return {
    show: render,
    update: render,
    hide: () => {
      shown = "";
    },
  };
}
