import { t } from "../../../shell/messages.js";
import { BODY_SITES, LATERALITIES, NOTES_MAX, coded, describe } from "../../metadata.js";
import { element, byId } from "../dom.js";

/** @typedef {import("../photo.js").Photo} Photo */

/**
 * Side, body site and notes, photo by photo; everything is optional. Photos that are sent at once can be described
 * while they are on their way, and afterwards.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
 */
export function detailsScreen(app) {
  /** @type {HTMLFormElement} */
  const form = byId("details");
  /** @type {HTMLTextAreaElement} */
  const notes = byId("notes");
  let index = 0;
  /** Photos that are sent or on their way; null while there are drafts to describe. @type {Photo[] | null} */
  let sent = null;
  /** Those of them whose details have changed. @type {Set<Photo>} */
  const changed = new Set();

  byId("sides").append(...LATERALITIES.map((entry) => choice("side", entry)));
  byId("sites").append(...BODY_SITES.map((entry) => choice("site", entry)));

  const all = () => sent?.filter((photo) => app.queue.photos.includes(photo)) ?? app.queue.drafts;
  const current = () => /** @type {Photo | undefined} */ (all()[index]);
  const leave = () => app.go(sent ? "capture" : "review");
  const chosen = (/** @type {string} */ name) => new FormData(form).get(name)?.toString();

  function keep() {
    const photo = current();
    if (!photo) return;
    const laterality = coded(LATERALITIES, chosen("side"));
    const bodySite = coded(BODY_SITES, chosen("site"));
    const text = notes.value.slice(0, NOTES_MAX);
    const metadata = { ...(laterality && { laterality }), ...(bodySite && { bodySite }), ...(text && { notes: text }) };
    left();
    if (sent) changed.add(photo);
    app.queue.update(photo, { metadata });
  }

  function sendDetails() {
    for (const photo of changed) app.sendDetails(photo);
    changed.clear();
  }

  function left() {
    const remaining = NOTES_MAX - notes.value.length;
    byId("notes-left").textContent = remaining <= 100 ? t("capture.phone.notes.left", { count: remaining }) : t("capture.phone.notes.max", { count: NOTES_MAX });
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => event.preventDefault());
  // Tapping a choice again clears it, which radio buttons alone do not do.
  form.addEventListener("pointerdown", ({ target }) => {
    const input = target instanceof Element ? target.closest(".choice")?.querySelector("input") : null;
    if (input) input.dataset.was = String(input.checked);
  });
  form.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "radio") {
      if (target.dataset.was === "true") target.checked = false;
      delete target.dataset.was;
      keep();
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement && (event.key === "Backspace" || event.key === "Delete")) {
      event.target.checked = false;
      keep();
    }
  });

  byId("same").addEventListener("click", () => {
    const before = all()[index - 1];
    const photo = current();
    if (!before || !photo) return;
    const { laterality, bodySite } = before.metadata;
    if (sent) changed.add(photo);
    app.queue.update(photo, { metadata: { ...photo.metadata, laterality, bodySite } });
    fill();
  });
  byId("previous").addEventListener("click", () => (index > 0 ? move(index - 1) : leave()));
  byId("next").addEventListener("click", async () => {
    const photo = current();
    if (photo) await app.queue.update(photo, { seen: true });
    if (index + 1 < all().length) move(index + 1);
    else leave();
  });
  byId("skip").addEventListener("click", async () => {
    await Promise.all(all().slice(index).map((photo) => app.queue.update(photo, { seen: true })));
    leave();
  });

  /** @param {number} to */
  function move(to) {
    sendDetails();
    index = to;
    fill();
    scrollTo(0, 0);
    byId("details-title").focus({ preventScroll: true });
  }

  function fill() {
    index = Math.max(0, Math.min(index, all().length - 1)); // a photo may be gone since
    const photo = current();
    if (!photo) return leave();
    const total = all().length;
    byId("details-title").textContent = t("capture.phone.photo-of", { number: index + 1, total });
    /** @type {HTMLImageElement} */
    const preview = byId("preview");
    preview.src = app.queue.urlOf(photo);
    preview.alt = t("capture.photo", { number: index + 1 });
    for (const input of form.querySelectorAll("input")) {
      const value = input.name === "side" ? photo.metadata.laterality : photo.metadata.bodySite;
      input.checked = value?.code === input.value;
    }
    notes.value = photo.metadata.notes ?? "";
    left();
    const before = describe(all()[index - 1]?.metadata);
    byId("same").hidden = !before || describe(photo.metadata) !== "";
    byId("same").textContent = t("capture.phone.same", { number: index, text: before });
    byId("previous").textContent = index === 0 ? t("capture.phone.back") : t("capture.phone.previous");
    byId("next").textContent = index + 1 === total ? t("capture.phone.done") : t("capture.phone.next");
    byId("skip").hidden = index + 1 === total;
  }

  return {
    show: (/** @type {unknown} */ at) => {
      index = typeof at === "number" ? at : 0;
      sent = app.queue.drafts.length > 0 ? null : [...app.queue.photos];
      fill();
    },
    update: () => {
      if (!current()) leave();
    },
    hide: sendDetails,
  };
}

/**
 * @param {string} name
 * @param {import("../../metadata.js").Coded} entry
 */
function choice(name, { code, display }) {
  return element("label", { className: "choice" }, [
    element("input", { type: "radio", name, value: code }),
    element("span", { textContent: display }),
  ]);
}
