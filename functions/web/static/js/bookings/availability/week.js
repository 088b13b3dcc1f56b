/** A week to pull hours in: by pointer, by taps, and by keys. The fields below it say the same and take exact times. */
import { announce, byId, setText } from "../../shell/dom.js";
import { onward, t } from "../../shell/messages.js";
import { ADDED, Pulling } from "./pulling.js";
import { STEP, merged, moved, resized } from "./spans.js";
import { WeekGrid, hoursInWords } from "./week-grid.js";

/** @typedef {import("./spans.js").Span} Span */

/** Where hours are added on a day without any. In minutes. */
const FIRST_ADDED = 9 * 60;

/** What each arrow does. @type {Record<string, [minutes: number, days: number]>} */
const ARROWS = { ArrowUp: [-STEP, 0], ArrowDown: [STEP, 0], ArrowLeft: [0, -onward], ArrowRight: [0, onward] };

export class Week {
  #onChange;
  /** @type {Span[]} */
  #spans = [];
  /** The block that keys and the button under the week change. @type {Span | null} */
  #chosen = null;
  #grid = new WeekGrid((day) => this.#add(day));
  #pulling = new Pulling(this.#grid, {
    isChosen: (span) => span === this.#chosen,
    choose: (span) => this.#choose(span),
    pulled: (drawn) => setText("week-chosen", hoursInWords(drawn)),
    stopped: () => this.#mark(),
    change: (before, after) => this.#change(before, after),
  });

  /** @param {(spans: Span[]) => void} onChange receives the hours as they were pulled */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#grid.element.addEventListener("keydown", (event) => this.#key(event));
    this.#grid.element.addEventListener("focusin", (event) => this.#choose(this.#grid.spanOf(event.target)));
    byId("week-remove").addEventListener("click", () => this.#remove());
  }

  /** @param {readonly Span[]} spans */
  show(spans) {
    this.#spans = [...spans];
    this.#chosen = null;
    this.#draw();
  }

  /** Scrolls to the first hours, which works only once the week is seen. */
  reveal() {
    this.#grid.scrollTo(this.#spans);
  }

  /**
   * @param {Span | null} before the block that changes; null to add one
   * @param {Span | null} after null to remove it
   */
  #change(before, after) {
    this.#spans = merged([...this.#spans.filter((span) => span !== before), ...(after ? [after] : [])]);
    const chosen = after && this.#spans.find(({ day, from, to }) => day === after.day && from <= after.from && after.to <= to);
    this.#chosen = chosen ?? null;
    this.#draw();
    this.#onChange(this.#spans);
    if (chosen) this.#grid.focus(chosen);
    if (chosen) announce(hoursInWords(chosen));
    else if (before) announce(t("bookings.week.removed", { hours: hoursInWords(before) }));
  }

  /** @param {number} day */
  #add(day) {
    const last = this.#spans.filter((span) => span.day === day).at(-1);
    const from = last ? last.to + ADDED : FIRST_ADDED;
    this.#change(null, moved({ day, from, to: from + ADDED }, 0));
  }

  #remove() {
    const chosen = this.#chosen;
    if (!chosen) return;
    this.#change(chosen, null);
    this.#grid.focusDay(chosen.day);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape" && this.#pulling.isOn) return this.#pulling.stop();
    const chosen = this.#chosen;
    const arrow = ARROWS[event.key];
    if (!chosen || event.ctrlKey || event.metaKey) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.#remove();
    } else if (arrow) {
      event.preventDefault();
      const [minutes, days] = arrow;
      if (event.shiftKey) this.#change(chosen, resized(chosen, "to", chosen.to + minutes));
      else if (event.altKey) this.#change(chosen, resized(chosen, "from", chosen.from + minutes));
      else this.#change(chosen, moved(chosen, minutes, chosen.day + days));
    }
  }

  /** @param {Span | null} span */
  #choose(span) {
    if (!span || this.#chosen === span) return;
    this.#chosen = span;
    this.#mark();
  }

  #draw() {
    this.#grid.draw(this.#spans);
    this.#mark();
  }

  #mark() {
    this.#grid.mark(this.#chosen);
    setText("week-chosen", this.#chosen ? hoursInWords(this.#chosen) : t("bookings.week.hint"));
    byId("week-remove").hidden = !this.#chosen;
  }
}
