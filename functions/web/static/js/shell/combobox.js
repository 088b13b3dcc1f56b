/**
 * A text field that suggests what it finds, of which one is chosen: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 * ("editable, with list autocomplete"). The suggestions lie over the page, so that nothing moves.
 */
import { make } from "./dom.js";
import { t } from "./messages.js";

/** A search begins when nothing has been typed for this long. In milliseconds. */
const PAUSE_MS = 150;

/** Suggestions need at least this much room below the field; else they stand above it. In CSS pixels. */
const ROOM_PX = 200;

const GAP_PX = 4;

let numbers = 0;

/**
 * @template T
 * @typedef {{
 *   find: (text: string, signal: AbortSignal) => Promise<readonly T[]>,
 *   title: (item: T) => string,
 *   detail?: (item: T) => string,
 *   onChoose?: (item: T | null) => void,
 *   least?: number,
 *   nothing?: (text: string) => string,
 * }} Source `find` finds what a text may mean, the likeliest first; `title` is what the field shows of what was chosen,
 *   `least` how many characters a search needs, and `nothing` what is said if nothing is found
 */

/** @template T */
export class Combobox {
  #input;
  #source;
  #list = make("ul", "combobox-list");
  #said = make("p", "combobox-said small muted");
  #popup = make("div", "combobox-popup");
  /** @type {readonly T[]} */
  #items = [];
  #marked = -1;
  /** @type {T | null} */
  #chosen = null;
  #asked = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #place = () => this.#position();

  /**
   * @param {HTMLInputElement} input
   * @param {Source<T>} source
   */
  constructor(input, source) {
    this.#input = input;
    this.#source = source;
    numbers += 1;
    this.#list.id = `combobox-${numbers}`;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? t("shell.combobox.list"));
    this.#said.setAttribute("role", "status");
    this.#popup.popover = "manual";
    this.#popup.append(this.#list, this.#said);
    // Within the dialog that the field is in: what is outside of an open dialog cannot be reached.
    input.after(this.#popup);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.#list.id]]) {
      input.setAttribute(name ?? "", value ?? "");
    }
    input.autocomplete = "off";
    input.spellcheck = false;
    input.addEventListener("input", () => this.#onInput());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("focus", () => this.#chosen || input.select());
    input.addEventListener("click", () => this.#isOpen || this.#search(0));
    input.addEventListener("blur", () => this.#close());
    // A press would take the focus from the field, and so close the list before the click.
    this.#popup.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target instanceof Element && event.target.closest("[role=option]");
      if (option) this.choose(this.#items[[...this.#list.children].indexOf(option)] ?? null);
    });
  }

  /** What is chosen; null while the text is only what somebody has typed. */
  get chosen() {
    return this.#chosen;
  }

  /** @param {T | null} item null empties the field */
  choose(item) {
    this.#close();
    this.#chosen = item;
    this.#input.value = item === null ? "" : this.#source.title(item);
    this.#source.onChoose?.(item);
  }

  #onInput() {
    if (this.#chosen !== null) {
      this.#chosen = null;
      this.#source.onChoose?.(null);
    }
    this.#search(PAUSE_MS);
  }

  /** @param {number} after ms */
  #search(after) {
    clearTimeout(this.#pause);
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    // What is chosen is not searched for: somebody who opens the list again wants to see the others.
    const text = this.#chosen === null ? this.#input.value.trim() : "";
    if (text.length < (this.#source.least ?? 0)) return this.#close();
    this.#pause = setTimeout(() => void this.#find(text, signal), after);
  }

  /** @param {string} text @param {AbortSignal} signal */
  async #find(text, signal) {
    if (!this.#isOpen) this.#show([], t("shell.combobox.searching"));
    try {
      const items = await this.#source.find(text, signal);
      if (signal.aborted) return;
      const nothing = () => this.#source.nothing?.(text) ?? t("shell.combobox.nothing", { text });
      this.#show(items, items.length ? t("shell.combobox.count", { count: items.length }) : nothing());
    } catch {
      if (!signal.aborted) this.#show([], t("shell.combobox.failed"));
    }
  }

  /** @param {readonly T[]} items @param {string} said */
  #show(items, said) {
    // Later results must not take away what somebody is about to choose.
    const marked = this.#items[this.#marked];
    const title = marked === undefined ? null : this.#source.title(marked);
    this.#items = items;
    this.#list.replaceChildren(...items.map((item, number) => this.#option(item, number)));
    this.#list.hidden = items.length === 0;
    // The number of suggestions is for those who do not see them.
    this.#said.textContent = said;
    this.#said.classList.toggle("visually-hidden", items.length > 0);
    this.#mark(title === null ? -1 : items.findIndex((item) => this.#source.title(item) === title));
    if (!this.#isOpen && document.activeElement === this.#input) {
      this.#popup.showPopover();
      this.#input.setAttribute("aria-expanded", "true");
      for (const kind of ["scroll", "resize"]) addEventListener(kind, this.#place, true);
    }
    this.#position();
  }

  /** @param {T} item @param {number} number */
  #option(item, number) {
    const option = make("li", "combobox-option", make("span", "combobox-title", this.#source.title(item)));
    const detail = this.#source.detail?.(item);
    if (detail) option.append(make("span", "small muted", detail));
    option.id = `${this.#list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  }

  get #isOpen() {
    return this.#popup.matches(":popover-open");
  }

  #close() {
    clearTimeout(this.#pause);
    this.#asked.abort();
    for (const kind of ["scroll", "resize"]) removeEventListener(kind, this.#place, true);
    if (this.#isOpen) this.#popup.hidePopover();
    this.#input.setAttribute("aria-expanded", "false");
    this.#mark(-1);
  }

  #position() {
    if (!this.#isOpen) return;
    const { left, top, bottom, width } = this.#input.getBoundingClientRect();
    const below = innerHeight - bottom - 2 * GAP_PX;
    const isAbove = below < ROOM_PX && top > below;
    const { style } = this.#popup;
    style.left = `${left}px`;
    style.inlineSize = `${width}px`;
    style.maxBlockSize = `${isAbove ? top - 2 * GAP_PX : below}px`;
    style.insetBlockStart = isAbove ? "auto" : `${bottom + GAP_PX}px`;
    style.insetBlockEnd = isAbove ? `${innerHeight - top + GAP_PX}px` : "auto";
  }

  /** @param {number} number -1 for none */
  #mark(number) {
    this.#list.children[this.#marked]?.setAttribute("aria-selected", "false");
    this.#marked = number;
    const option = this.#list.children[number];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    const last = this.#items.length - 1;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!this.#isOpen) return this.#search(0);
        if (event.key === "ArrowDown") return this.#mark(this.#marked < last ? this.#marked + 1 : 0);
        return this.#mark(this.#marked > 0 ? this.#marked - 1 : last);
      case "Enter": {
        const item = this.#items[this.#marked];
        if (!this.#isOpen || item === undefined) return;
        event.preventDefault();
        return this.choose(item);
      }
      case "Escape":
        if (!this.#isOpen) return;
        // The dialog around the field stays open.
        event.preventDefault();
        event.stopPropagation();
        return this.#close();
    }
  }
}
