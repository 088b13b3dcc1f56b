import { t } from "../../../shell/messages.js";
import { describe } from "../../metadata.js";
import { confirm, deleteButton, element, byId, announce } from "../dom.js";

/**
 * All drafts photos, which can be deleted; and "Send" once each has been described or skipped.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
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
    const number = index + 1;
    const about = describe(photo.metadata);
    const text = about || (photo.metadata.notes ? t("capture.phone.notes-only") : photo.seen ? t("capture.phone.no-details") : "");
    const open = element("button", { type: "button", className: "tile-open" }, [
      element("img", { src: app.queue.urlOf(photo), alt: "" }),
      element("span", { className: "tile-text", textContent: text || t("capture.photo", { number }) }),
    ]);
    if (!text) open.ariaLabel = t("capture.phone.tile", { number });
    else if (about || photo.metadata.notes) open.ariaLabel = t("capture.phone.tile.described", { number, text });
    else open.ariaLabel = t("capture.phone.tile.seen", { number, text });
    open.addEventListener("click", () => app.go("details", app.queue.drafts.indexOf(photo)));
    const remove = deleteButton(t("capture.phone.delete", { number }), "tile-delete", async () => {
      if (!(await confirm(t("capture.photo.delete.sure", { number })))) return;
      await app.queue.remove(photo);
      announce(t("capture.phone.deleted", { number }));
      if (app.queue.drafts.length > 0) byId("review-title").focus();
    });
    return element("li", { className: "tile card" }, [open, remove]);
  }

  function render() {
    const { drafts } = app.queue;
    if (drafts.length === 0 && app.queue.preparing === 0) return app.go("capture");
    const ready = drafts.every((photo) => photo.seen);
    byId("review-title").textContent = ready ? t("capture.phone.ready") : t("capture.phone.review");
    byId("review-hint").textContent = ready ? t("capture.phone.ready.hint") : t("capture.phone.review.hint");
    byId("describe").hidden = ready;
    byId("send").hidden = !ready;
    const { preparing } = app.queue;
    /** @type {HTMLButtonElement} */ (byId("send")).disabled = preparing > 0;
    byId("send").textContent = preparing > 0
      ? t("capture.phone.preparing", { count: preparing })
      : t("capture.phone.send", { count: drafts.length });
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
