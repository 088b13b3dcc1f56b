/**
 * What can be done with several photos of a grid: choose them, describe them together, put them in order, download and
 * print them. Loaded once there are photos, so it may import only modules without state of their own.
 */
import { announce, byId, make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { arrangeByHand } from "./arranging.js";
import { shifted } from "./arrangement.js";
import { textButton } from "./editor/toolbar.js";
import { ManyDetails } from "./many-details.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{photos: () => Photo[], describe: (imageId: string, change: import("../metadata.js").Change) => Promise<void>,
 *   arrange: (imageIds: string[]) => Promise<void>, findEdits: (photo: Photo) => Promise<import("openapi").Edits>,
 *   record: Pick<import("./record-slot.js").RecordSlot, "button" | "commit">, reason: (error: unknown) => string}} TableHandlers
 *   `record` has the button for the patient’s record; `reason` says why something failed
 */

export class LightTable {
  #grid;
  #bar;
  #handlers;
  #stop = new AbortController();
  #select = textButton(t("capture.several.select"), "button", () => this.#toggle());
  #count = make("p", "muted");
  #all = textButton(t("capture.several.select.all"), "button", () => this.#choose(this.#ids));
  #download = textButton(t("capture.several.download.all"), "button", () => void this.#run(() => this.#saveFiles()));
  #print = textButton(t("capture.several.print.all"), "button", () => void this.#run(() => this.#printSheet()));
  #commit = textButton("", "button", () => this.#handlers.record.commit(this.#photos));
  #details;
  #chosen = make("div", "table-chosen");
  #status = make("p", "small");
  #selecting = false;

  /**
   * @param {HTMLElement} grid
   * @param {HTMLElement} bar
   * @param {TableHandlers} handlers
   */
  constructor(grid, bar, handlers) {
    this.#grid = grid;
    this.#bar = bar;
    this.#handlers = handlers;
    this.#details = new ManyDetails((change) => void this.#describe(change));
    this.#select.setAttribute("aria-pressed", "false");
    this.#count.setAttribute("role", "status");
    this.#status.setAttribute("role", "status");
    this.#chosen.append(
      this.#count,
      this.#all,
      this.#details.element,
      textButton(t("capture.several.forward"), "button", () => this.#shift(-1)),
      textButton(t("capture.several.back"), "button", () => this.#shift(1)),
    );
    bar.replaceChildren(this.#select, this.#download, this.#print, this.#commit, this.#status);
    const { signal } = this.#stop;
    // Before the cards' own listeners: while photos are chosen, a click opens none.
    grid.addEventListener("click", (event) => this.#click(event), { signal, capture: true });
    arrangeByHand(grid, (ids, moved) => void this.#arrange(ids, [moved]), signal);
    this.#draw();
  }

  stop() {
    this.#stop.abort();
    this.#choose([]);
    this.#bar.replaceChildren();
    this.#bar.hidden = true;
  }

  /** Follows the grid after it has changed. */
  update() {
    this.#choose(this.#chosenIds);
  }

  get #cards() {
    return [...this.#grid.querySelectorAll("li")].filter((card) => !card.querySelector(".photo[aria-disabled]"));
  }

  /** Of the photos as they are shown. */
  get #ids() {
    return this.#cards.map((card) => card.dataset.imageId ?? "");
  }

  get #chosenIds() {
    return this.#cards.filter((card) => card.querySelector('.photo[aria-pressed="true"]')).map((card) => card.dataset.imageId ?? "");
  }

  #toggle() {
    this.#selecting = !this.#selecting;
    this.#say("");
    this.#choose([]);
    announce(this.#selecting ? t("capture.several.select.told") : t("capture.several.select.none"));
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest(".photo") : null;
    if (!this.#selecting || !button || button.hasAttribute("aria-disabled")) return;
    event.stopPropagation();
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    this.#draw();
  }

  /** @param {string[]} ids */
  #choose(ids) {
    for (const card of this.#grid.querySelectorAll("li")) {
      const button = card.querySelector(".photo");
      if (this.#selecting) button?.setAttribute("aria-pressed", String(ids.includes(card.dataset.imageId ?? "")));
      else button?.removeAttribute("aria-pressed");
    }
    this.#draw();
  }

  #draw() {
    const count = this.#chosenIds.length;
    this.#grid.classList.toggle("selecting", this.#selecting);
    this.#select.setAttribute("aria-pressed", String(this.#selecting));
    this.#select.textContent = this.#selecting ? t("capture.several.select.done") : t("capture.several.select");
    if (!this.#selecting) this.#chosen.remove();
    else if (!this.#chosen.isConnected) this.#select.after(this.#chosen);
    const some = this.#selecting && count > 0;
    this.#download.textContent = some ? t("capture.several.download.chosen") : t("capture.several.download.all");
    this.#print.textContent = some ? t("capture.several.print.chosen") : t("capture.several.print.all");
    const commit = this.#handlers.record.button(some ? count : 0);
    this.#commit.hidden = !commit;
    this.#commit.textContent = commit?.text ?? "";
    this.#commit.disabled = Boolean(commit?.disabled);
    this.#count.textContent = t("capture.several.chosen", { count });
    for (const control of this.#chosen.querySelectorAll("button, select")) {
      if (control !== this.#all && (control instanceof HTMLButtonElement || control instanceof HTMLSelectElement)) control.disabled = count === 0;
    }
  }

  /** @param {import("../metadata.js").Change} change */
  async #describe(change) {
    const ids = this.#chosenIds;
    this.#say(t("shell.saving"));
    const failures = [];
    for (const imageId of ids) {
      try {
        await this.#handlers.describe(imageId, change);
      } catch (error) {
        failures.push(error);
      }
      if (this.#stop.signal.aborted) return;
    }
    if (!failures.length) return this.#say(t("capture.several.saved", { count: ids.length }));
    const reason = this.#handlers.reason(failures[0]);
    this.#say(t("capture.several.not-saved", { failed: failures.length, total: ids.length, reason }));
  }

  /** The chosen photos, or all, as they are shown. */
  get #photos() {
    const ids = this.#selecting && this.#chosenIds.length ? this.#chosenIds : this.#ids;
    const photos = this.#handlers.photos();
    return ids.flatMap((id) => photos.find(({ imageId }) => imageId === id) ?? []);
  }

  /** @param {() => Promise<void>} act that takes a while */
  async #run(act) {
    this.#download.disabled = this.#print.disabled = true;
    try {
      await act();
    } catch {
      this.#say(t("capture.several.not-loaded"));
    }
    this.#download.disabled = this.#print.disabled = false;
  }

  async #saveFiles() {
    const photos = this.#photos;
    this.#say(t("capture.several.loading", { count: photos.length }));
    const [{ fileOf, save }, { zipOf }] = await Promise.all([import("./files.js"), import("./zip.js")]);
    const edited = photos.some(({ editsVersion }) => editsVersion);
    if (photos.length === 1 && !edited) {
      const { name, input } = await fileOf(photos[0]);
      save(name, input);
    } else {
      const zip = await zipOf(photos, this.#handlers.findEdits, (done) => this.#say(t("capture.several.loading.of", { done, total: photos.length })));
      save([t("capture.file.photos"), new Date().toISOString().slice(0, 10)].join("-") + ".zip", zip);
    }
    this.#say(edited ? t("capture.table.downloaded-edited") : t("capture.table.downloaded"));
  }

  async #printSheet() {
    this.#say(t("capture.several.sheet"));
    const { printSheet } = await import("./print-sheet.js");
    await printSheet(this.#photos, this.#handlers.findEdits, ["patient-name", "patient-ids"].map((id) => byId(id).textContent ?? ""));
    this.#say("");
  }

  /** @param {1 | -1} by */
  #shift(by) {
    const chosen = this.#chosenIds;
    void this.#arrange(shifted(this.#ids, chosen, by), chosen);
  }

  /** @param {string[]} ids @param {string[]} moved */
  async #arrange(ids, moved) {
    if (ids.join() === this.#ids.join()) return;
    const focused = document.activeElement?.closest("li");
    try {
      await this.#handlers.arrange(ids);
      if (focused && this.#grid.contains(focused)) focused.querySelector("button")?.focus();
      if (moved.length === 1) announce(t("capture.several.moved", { place: ids.indexOf(moved[0]) + 1, total: ids.length }));
      this.#say("");
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#say(t("capture.several.not-moved", { reason: this.#handlers.reason(error) }));
    }
  }

  /** @param {string} text */
  #say(text) {
    this.#status.textContent = text;
  }
}
