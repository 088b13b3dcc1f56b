/** Photos from this computer: dropped, pasted or chosen. What sends them is loaded with the first. */
import { announce, byId } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";

/** @typedef {import("./adding/queue.js").QueueHandlers} Handlers */

export class AddPhotos {
  #handlers;
  #stop = new AbortController();
  #place = byId("adding");
  /** @type {Promise<import("./adding/panel.js").AddingPanel> | null} */
  #loading = null;
  /** @type {import("./adding/panel.js").AddingPanel | null} */
  #panel = null;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    const { signal } = this.#stop;
    const input = byId("add-files", HTMLInputElement);
    byId("add").addEventListener("click", () => input.click(), { signal });
    input.addEventListener(
      "change",
      () => {
        this.#add([...(input.files ?? [])]);
        input.value = ""; // so that the same file can be chosen again
      },
      { signal },
    );
    this.#listenForDrops(byId("photos"), signal);
    document.addEventListener("paste", (event) => this.#paste(event), { signal });
    addEventListener("beforeunload", (event) => this.unsent && event.preventDefault(), { signal });
  }

  /** How many photos are still on their way. */
  get unsent() {
    return this.#panel?.unsent ?? 0;
  }

  stop() {
    this.#stop.abort();
    this.#panel?.stop();
    this.#place.hidden = true;
  }

  /**
   * @param {HTMLElement} zone shows where to drop; but files that miss it must not take the place of the page either
   * @param {AbortSignal} signal
   */
  #listenForDrops(zone, signal) {
    const over = (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      zone.classList.add("dropping");
    };
    addEventListener("dragenter", over, { signal });
    addEventListener("dragover", over, { signal });
    addEventListener("dragleave", (event) => event.relatedTarget || zone.classList.remove("dropping"), { signal });
    addEventListener(
      "drop",
      (event) => {
        zone.classList.remove("dropping");
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (!document.querySelector("dialog[open]")) this.#add([...event.dataTransfer.files]);
      },
      { signal },
    );
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#add(files);
  }

  /** @param {File[]} files */
  async #add(files) {
    if (files.length === 0) return;
    try {
      this.#loading ??= this.#load();
      (await this.#loading).add(files);
    } catch {
      this.#loading = null;
      this.#place.textContent = t("capture.adding.not-loaded");
      this.#place.hidden = false;
      announce(t("capture.adding.not-loaded"));
    }
  }

  async #load() {
    const { AddingPanel } = await import("./adding/panel.js");
    this.#place.replaceChildren();
    this.#panel = new AddingPanel(this.#place, this.#handlers);
    if (this.#stop.signal.aborted) this.#panel.stop();
    return this.#panel;
  }
}
