/** The photos that are sent from this computer, each with its progress, or why it is not sent. */
import { announce, make } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { AddingQueue } from "./queue.js";

/** @typedef {import("./queue.js").Item} Item */

export class AddingPanel {
  #place;
  #queue;
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} place
   * @param {import("./queue.js").QueueHandlers} handlers
   */
  constructor(place, handlers) {
    this.#place = place;
    this.#queue = new AddingQueue(handlers);
    this.#queue.addEventListener("change", () => this.#draw());
  }

  get unsent() {
    return this.#queue.unsent;
  }

  /** @param {File[]} files */
  add(files) {
    void this.#queue.add(files);
  }

  stop() {
    this.#queue.stop();
    this.#draw();
  }

  #draw() {
    const { items } = this.#queue;
    for (const [id, row] of this.#rows) {
      if (items.some((item) => item.id === id)) continue;
      const focused = row.element.contains(document.activeElement);
      row.element.remove();
      this.#rows.delete(id);
      if (focused) document.getElementById("add")?.focus();
    }
    for (const item of items) {
      let row = this.#rows.get(item.id);
      if (!row) {
        row = new Row(item, this.#queue);
        this.#rows.set(item.id, row);
        this.#place.append(row.element);
      }
      row.show(item);
    }
    this.#place.hidden = items.length === 0;
  }
}

class Row {
  #text = make("p", "small");
  #progress = make("progress", "");
  #again = make("button", "button small", t("capture.adding.again"));
  #drop = make("button", "button small");
  #said = "";
  element;

  /** @param {Item} item @param {AddingQueue} queue */
  constructor(item, queue) {
    this.#progress.max = 100;
    for (const button of [this.#again, this.#drop]) button.type = "button";
    this.#again.addEventListener("click", () => queue.retry(item));
    this.#drop.addEventListener("click", () => queue.drop(item));
    this.element = make("li", "adding", this.#text, this.#progress, make("div", "actions", this.#again, this.#drop));
  }

  /** @param {Item} item */
  show({ name, phase, progress, reason }) {
    const over = phase === "refused" || phase === "failed";
    this.element.dataset.phase = phase;
    this.#text.textContent = wordsOf(name, phase, reason);
    // A screen reader hears what went wrong; progress it hears when it asks.
    if (over && this.#said !== reason) announce(reason);
    this.#said = reason;
    this.#progress.hidden = over;
    this.#progress.ariaLabel = name;
    if (phase === "preparing" || phase === "waiting") this.#progress.removeAttribute("value");
    else this.#progress.value = progress * 95;
    this.#again.hidden = phase !== "failed";
    this.#again.ariaLabel = t("capture.adding.again-named", { name });
    this.#drop.hidden = !over;
    this.#drop.textContent = phase === "failed" ? t("capture.adding.discard") : t("capture.adding.dismiss");
    if (name) this.#drop.ariaLabel = `${this.#drop.textContent} ${name}`;
  }
}

/**
 * @param {string} name
 * @param {Item["phase"]} phase
 * @param {string} reason
 */
function wordsOf(name, phase, reason) {
  switch (phase) {
    case "refused":
      return reason;
    case "failed":
      return t("capture.adding.failed", { name, reason });
    case "preparing":
      return t("capture.adding.preparing", { name });
    case "waiting":
      return t("capture.adding.waiting", { name });
    default:
      return t("capture.adding.sending", { name });
  }
}
