/**
 * What can be done with several photos of a grid: choose them, describe them together, put them in order. Loaded once
 * there are photos, so it may import only modules without state of their own.
 */
import { announce, make } from "../../shell/dom.js";
import { arrangeByHand } from "./arranging.js";
import { shifted } from "./arrangement.js";
import { textButton } from "./editor/toolbar.js";
import { ManyDetails } from "./many-details.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{photos: () => Photo[], describe: (imageId: string, change: import("../metadata.js").Change) => Promise<void>,
 *   arrange: (imageIds: string[]) => Promise<void>, reason: (error: unknown) => string}} TableHandlers `reason` says why
 *   something failed
 */

export class LightTable {
  #grid;
  #bar;
  #handlers;
  #stop = new AbortController();
  #select = textButton("Select", "button", () => this.#toggle());
  #count = make("p", "muted");
  #all = textButton("Select all", "button", () => this.#choose(this.#ids));
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
      textButton("Move forward", "button", () => this.#shift(-1)),
      textButton("Move back", "button", () => this.#shift(1)),
    );
    bar.replaceChildren(this.#select, this.#status);
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
    if (this.#selecting) this.#choose(this.#chosenIds);
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
    announce(this.#selecting ? "Choose photos, then what to do with them." : "No photos are chosen.");
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
    this.#select.textContent = this.#selecting ? "Done selecting" : "Select";
    if (!this.#selecting) this.#chosen.remove();
    else if (!this.#chosen.isConnected) this.#select.after(this.#chosen);
    this.#count.textContent = count === 1 ? "1 photo chosen" : `${count} photos chosen`;
    for (const control of this.#chosen.querySelectorAll("button, select")) {
      if (control !== this.#all && (control instanceof HTMLButtonElement || control instanceof HTMLSelectElement)) control.disabled = count === 0;
    }
  }

  /** @param {import("../metadata.js").Change} change */
  async #describe(change) {
    const ids = this.#chosenIds;
    this.#say("Saving…");
    const failures = [];
    for (const imageId of ids) {
      try {
        await this.#handlers.describe(imageId, change);
      } catch (error) {
        failures.push(error);
      }
      if (this.#stop.signal.aborted) return;
    }
    if (!failures.length) return this.#say(`Saved for ${ids.length === 1 ? "1 photo" : `${ids.length} photos`}.`);
    this.#say(`Not saved for ${failures.length} of ${ids.length} photos. ${this.#handlers.reason(failures[0])}`);
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
      if (moved.length === 1) announce(`Moved to place ${ids.indexOf(moved[0]) + 1} of ${ids.length}.`);
      this.#say("");
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#say(`The order could not be saved. ${this.#handlers.reason(error)}`);
    }
  }

  /** @param {string} text */
  #say(text) {
    this.#status.textContent = text;
  }
}
