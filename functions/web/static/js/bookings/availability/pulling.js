/**
 * Pulls hours in the week by pointer.
 *
 * With a mouse, pulling over a free part adds hours, and pulling a block or its ends changes it. On a phone a tap adds an
 * hour, and a block has to be tapped before it can be pulled, so that the page can still be scrolled.
 */
import { DAY_MINUTES, STEP, moved, resized, snapped } from "./spans.js";

/**
 * @typedef {import("./spans.js").Span} Span
 * @typedef {{kind: "add" | "move" | "from" | "to", span: Span, at: number, drawn: Span}} Pull `at`: the minute at which
 *   it began; `drawn`: what letting go would make of `span`
 * @typedef {{isChosen: (span: Span) => boolean, choose: (span: Span) => void, pulled: (drawn: Span) => void,
 *   stopped: () => void, change: (before: Span | null, after: Span) => void}} PullHandlers
 */

/** Added by a tap, or by a click that pulls nothing. In minutes. */
export const ADDED = 60;

export class Pulling {
  #grid;
  #handlers;
  /** @type {Pull | null} */
  #pull = null;

  /**
   * @param {import("./week-grid.js").WeekGrid} grid
   * @param {PullHandlers} handlers
   */
  constructor(grid, handlers) {
    this.#grid = grid;
    this.#handlers = handlers;
    grid.element.addEventListener("pointerdown", (event) => this.#begin(event));
    grid.element.addEventListener("pointermove", (event) => this.#follow(event));
    grid.element.addEventListener("pointerup", () => this.#end());
    grid.element.addEventListener("pointercancel", () => this.stop());
  }

  get isOn() {
    return this.#pull !== null;
  }

  /** Leaves everything as it was. */
  stop() {
    const pull = this.#pull;
    this.#pull = null;
    if (pull) this.#grid.put(pull.span, pull.span);
    this.#grid.clear();
    this.#handlers.stopped();
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const { target } = event;
    const day = target instanceof Element ? Number(target.closest(".week-column")?.getAttribute("data-day")) : 0;
    if (event.button !== 0 || !(target instanceof Element) || !day || this.#pull) return;
    const at = this.#grid.minuteAt(event);
    const isMouse = event.pointerType === "mouse";
    const span = this.#grid.spanOf(target);
    if (!span) {
      const from = Math.min(Math.floor(at / STEP) * STEP, DAY_MINUTES - STEP);
      const added = { day, from, to: from + STEP };
      this.#pull = { kind: "add", span: added, at: from, drawn: added };
    } else {
      const isChosen = this.#handlers.isChosen(span);
      this.#handlers.choose(span);
      if (!isMouse && !isChosen) return;
      const end = target.getAttribute("data-end");
      this.#pull = { kind: end === "from" || end === "to" ? end : "move", span, at, drawn: span };
    }
    // What a finger does on a free part stays the browser's, which may make a scroll of it.
    if (isMouse || span) this.#grid.element.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    const pull = this.#pull;
    if (!pull || (pull.kind === "add" && event.pointerType !== "mouse")) return;
    const { span, kind } = pull;
    const at = this.#grid.minuteAt(event);
    if (kind === "add") {
      const to = snapped(at);
      pull.drawn = to > span.from ? { ...span, to } : { ...span, from: to };
    } else if (kind === "move") {
      pull.drawn = moved(span, snapped(span.from + at - pull.at) - span.from, this.#grid.dayAt(event) ?? span.day);
    } else {
      pull.drawn = resized(span, kind, snapped(at));
    }
    this.#grid.put(span, pull.drawn);
    this.#handlers.pulled(pull.drawn);
  }

  #end() {
    const pull = this.#pull;
    this.#pull = null;
    this.#grid.clear();
    if (!pull) return;
    const { kind, span, drawn } = pull;
    const isPulled = drawn.day !== span.day || drawn.from !== span.from || drawn.to !== span.to;
    if (kind === "add") this.#handlers.change(null, isPulled ? drawn : { ...span, to: Math.min(span.from + ADDED, DAY_MINUTES) });
    else if (isPulled) this.#handlers.change(span, drawn);
  }
}
