import { t } from "../../../shell/messages.js";
import { confirm, deleteButton, element, byId, announce, showMessages } from "../dom.js";
import { isUnsent, totalProgress, progressOf } from "../photo.js";

/** @typedef {import("../photo.js").Photo} Photo */
/** @typedef {{item: HTMLLIElement, bar: HTMLProgressElement, state: HTMLElement, remove: HTMLButtonElement}} Row */

/**
 * Progress per photo and overall; what failed, and what to do about it.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
 */
export function uploadingScreen(app) {
  /** @type {Map<Photo, Row>} */
  const rows = new Map();

  byId("retry").addEventListener("click", () => app.uploader?.retry());

  /** @param {Photo} photo @returns {Row} */
  function row(photo) {
    const number = rows.size + 1;
    const label = element("span", { id: `name-${photo.id}`, textContent: t("capture.photo", { number }) });
    const state = element("span");
    const bar = element("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-labelledby", label.id);
    const remove = deleteButton(t("capture.phone.delete", { number }), "", async () => {
      if (!(await confirm(t("capture.photo.delete.sure", { number }))) || photo.phase !== "failed") return;
      await app.queue.remove(photo);
      announce(t("capture.phone.deleted", { number }));
      app.uploader?.reportIfDone();
    });
    const line = element("p", { className: "upload-line" }, [label, state]);
    const picture = element("img", { src: app.queue.urlOf(photo), alt: "" });
    return { item: element("li", {}, [picture, line, bar, remove]), bar, state, remove };
  }

  function render() {
    const all = app.queue.photos;
    for (const [photo, { item }] of rows) {
      if (all.includes(photo)) continue;
      item.remove();
      rows.delete(photo);
    }
    for (const photo of all) {
      let made = rows.get(photo);
      if (!made) {
        rows.set(photo, (made = row(photo)));
        byId("uploads").append(made.item);
      }
      made.item.className = `upload card ${photo.phase}`;
      made.bar.value = Math.round(progressOf(photo) * 100);
      made.state.textContent = stateOf(photo);
      made.remove.hidden = photo.phase !== "failed";
    }
    summarise(all);
  }

  /** @param {readonly Photo[]} all */
  function summarise(all) {
    const failed = all.filter(({ phase }) => phase === "failed");
    const under = all.filter(({ phase }) => phase === "sending" || phase === "waiting");
    const total = all.length;
    const sent = all.filter((photo) => !isUnsent(photo)).length;
    const waits = under.length > 0 && failed.length === 0 && (app.uploader?.paused === true || !navigator.onLine);
    const stopped = failed.length > 0 && under.length === 0;
    byId("uploading-title").textContent = stopped
      ? t("capture.phone.not-sent", { count: failed.length })
      : t("capture.phone.sending.title", { count: total });
    byId("overall-label").textContent = t("capture.phone.sent-of", { sent, total });
    /** @type {HTMLProgressElement} */ (byId("overall")).value = Math.round(totalProgress(all) * 100);
    const messages = [...new Set(failed.map(({ failure }) => failure?.message ?? ""))];
    if (waits) messages.push(t("capture.phone.waiting"));
    showMessages(byId("uploading-messages"), messages, waits ? "warn" : "danger");
    byId("uploading-actions").hidden = !(failed.length > 0 || waits);
    byId("retry").textContent = failed.length > 0 ? t("capture.phone.retry", { count: failed.length }) : t("capture.phone.retry.now");
    announce(t("capture.phone.sent-of.told", { sent, total }));
  }

  return {
    show: () => {
      rows.clear();
      byId("uploads").replaceChildren();
      render();
    },
    update: render,
  };
}

/** @param {Photo} photo */
function stateOf(photo) {
  switch (photo.phase) {
    case "sent":
      return t("capture.phone.state.sent");
    case "failed":
      return t("capture.phone.state.failed");
    case "sending":
      return photo.stored ? t("capture.phone.state.finishing") : t("capture.percent", { percent: Math.round(photo.progress * 100) });
    default:
      return t("capture.phone.state.waiting");
  }
}
