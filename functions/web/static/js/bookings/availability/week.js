/**
 * A week to pull hours in: by pointer, by taps, and by keys. The fields below it say the same and take exact times.
 *
 * With a mouse, pulling over a free part adds hours, and pulling a block or its ends changes it. On a phone a tap adds an
 * hour, and a block has to be tapped before it can be pulled, so that the page can still be scrolled.
 */
import { announce, byId, make, setText } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";
import { DAYS, SHORT_DAYS } from "./hours.js";
import { DAY_MINUTES, STEP, merged, moved, resized, snapped } from "./spans.js";

/**
 * @typedef {import("./spans.js").Span} Span
 * @typedef {{kind: "add" | "move" | "from" | "to", span: Span, at: number, drawn: Span}} Pull `at`: the minute at which
 *   it began; `drawn`: what letting go would make of `span`
 */

/** Added by a tap, or by a click that pulls nothing. In minutes. */
const ADDED = 60;

/** Where hours are added on a day without any. In minutes. */
const FIRST_ADDED = 9 * 60;

/** Shown first; earlier hours have to be scrolled to. In minutes. */
const FIRST_SHOWN = 7 * 60;

/** Where the days of a week that is written from right to left go on. */
const FORTH = document.dir === "rtl" ? -1 : 1;

/** What each arrow does. @type {Record<string, [minutes: number, days: number]>} */
const ARROWS = { ArrowUp: [-STEP, 0], ArrowDown: [STEP, 0], ArrowLeft: [0, -FORTH], ArrowRight: [0, FORTH] };

export class Week {
  #onChange;
  #week = byId("week");
  /** @type {Span[]} */
  #spans = [];
  /** @type {Map<Span, HTMLElement>} */
  #blocks = new Map();
  /** @type {HTMLElement[]} one for each day */
  #columns = [];
  /** What a new block looks like while it is pulled. */
  #ghost = make("div", "week-block");
  /** The block that keys and the button under the week change. @type {Span | null} */
  #chosen = null;
  /** @type {Pull | null} */
  #pull = null;

  /** @param {(spans: Span[]) => void} onChange receives the hours as they were pulled */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#columns = DAYS.map((name, index) => {
      const column = make("div", "week-column");
      column.dataset.day = String(index + 1);
      column.setAttribute("role", "group");
      column.setAttribute("aria-label", name);
      return column;
    });
    const heads = SHORT_DAYS.map((name, index) => {
      const button = make("button", "week-head", name);
      button.type = "button";
      button.setAttribute("aria-label", t("bookings.week.add", { day: name }));
      button.onclick = () => this.#add(index + 1);
      return button;
    });
    const clock = make("div", "week-clock", ...Array.from({ length: 24 }, (_, hour) => make("span", "", hour ? hourName(hour) : "")));
    clock.setAttribute("aria-hidden", "true");
    byId("week-heads").replaceChildren(make("span", ""), ...heads);
    this.#week.replaceChildren(clock, ...this.#columns);
    this.#week.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#week.addEventListener("pointermove", (event) => this.#follow(event));
    this.#week.addEventListener("pointerup", () => this.#end());
    this.#week.addEventListener("pointercancel", () => this.#stop());
    this.#week.addEventListener("keydown", (event) => this.#key(event));
    this.#week.addEventListener("focusin", (event) => this.#choose(this.#spanOf(event.target)));
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
    const first = Math.min(FIRST_SHOWN, ...this.#spans.map(({ from }) => from));
    byId("week-frame").scrollTop = (this.#week.scrollHeight * Math.max(0, first - STEP)) / DAY_MINUTES;
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
    if (chosen) this.#blocks.get(chosen)?.focus();
    if (chosen) announce(words(chosen));
    else if (before) announce(t("bookings.week.removed", { hours: words(before) }));
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
    byId("week-heads").querySelectorAll("button")[chosen.day - 1]?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape" && this.#pull) return this.#stop();
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

  /** @param {PointerEvent} event */
  #begin(event) {
    const { target } = event;
    const day = target instanceof Element ? Number(target.closest(".week-column")?.getAttribute("data-day")) : 0;
    if (event.button !== 0 || !(target instanceof Element) || !day || this.#pull) return;
    const at = this.#minuteAt(event);
    const isMouse = event.pointerType === "mouse";
    const span = this.#spanOf(target);
    if (!span) {
      const from = Math.min(Math.floor(at / STEP) * STEP, DAY_MINUTES - STEP);
      const added = { day, from, to: from + STEP };
      this.#pull = { kind: "add", span: added, at: from, drawn: added };
    } else {
      const isChosen = span === this.#chosen;
      this.#choose(span);
      if (!isMouse && !isChosen) return;
      const end = target.getAttribute("data-end");
      this.#pull = { kind: end === "from" || end === "to" ? end : "move", span, at, drawn: span };
    }
    // What a finger does on a free part stays the browser's, which may make a scroll of it.
    if (isMouse || span) this.#week.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    const pull = this.#pull;
    if (!pull || (pull.kind === "add" && event.pointerType !== "mouse")) return;
    const { span, kind } = pull;
    const at = this.#minuteAt(event);
    if (kind === "add") {
      const to = snapped(at);
      pull.drawn = to > span.from ? { ...span, to } : { ...span, from: to };
    } else if (kind === "move") {
      pull.drawn = moved(span, snapped(span.from + at - pull.at) - span.from, this.#dayAt(event) ?? span.day);
    } else {
      pull.drawn = resized(span, kind, snapped(at));
    }
    this.#place(this.#blocks.get(span) ?? this.#ghost, pull.drawn);
    setText("week-chosen", words(pull.drawn));
  }

  #end() {
    const pull = this.#pull;
    this.#pull = null;
    this.#ghost.remove();
    if (!pull) return;
    const { kind, span, drawn } = pull;
    const isPulled = drawn.day !== span.day || drawn.from !== span.from || drawn.to !== span.to;
    if (kind !== "add") {
      if (isPulled) this.#change(span, drawn);
    } else {
      this.#change(null, isPulled ? drawn : { ...span, to: Math.min(span.from + ADDED, DAY_MINUTES) });
    }
  }

  /** Leaves everything as it was. */
  #stop() {
    const pull = this.#pull;
    this.#pull = null;
    this.#ghost.remove();
    const element = pull && this.#blocks.get(pull.span);
    if (element) this.#place(element, pull.span);
    this.#mark();
  }

  /** @param {Span | null} span */
  #choose(span) {
    if (!span || this.#chosen === span) return;
    this.#chosen = span;
    this.#mark();
  }

  #draw() {
    for (const column of this.#columns) column.replaceChildren();
    this.#blocks = new Map(this.#spans.map((span) => [span, this.#place(block(), span)]));
    this.#mark();
  }

  #mark() {
    for (const [span, element] of this.#blocks) element.setAttribute("aria-pressed", String(span === this.#chosen));
    setText("week-chosen", this.#chosen ? words(this.#chosen) : t("bookings.week.hint"));
    byId("week-remove").hidden = !this.#chosen;
  }

  /**
   * @param {HTMLElement} element
   * @param {Span} span
   * @returns {HTMLElement}
   */
  #place(element, span) {
    const column = this.#columns[span.day - 1];
    if (column && element.parentElement !== column) column.append(element);
    element.style.insetBlockStart = `${(span.from / DAY_MINUTES) * 100}%`;
    element.style.blockSize = `${((span.to - span.from) / DAY_MINUTES) * 100}%`;
    element.setAttribute("aria-label", words(span));
    const times = element.querySelector(".week-times");
    if (times) times.textContent = `${timeName(span.from)}–${timeName(span.to)}`;
    return element;
  }

  /** @param {EventTarget | null} target @returns {Span | null} that of the block that it is in */
  #spanOf(target) {
    const element = target instanceof Element ? target.closest(".week-block") : null;
    return [...this.#blocks].find(([, each]) => each === element)?.[0] ?? null;
  }

  /** @param {PointerEvent} event @returns {number} the minute of the day at its height */
  #minuteAt({ clientY }) {
    const { top, height } = this.#week.getBoundingClientRect();
    return Math.min(Math.max(((clientY - top) / height) * DAY_MINUTES, 0), DAY_MINUTES);
  }

  /** @param {PointerEvent} event @returns {number | undefined} the day of the column at its place */
  #dayAt({ clientX }) {
    const at = this.#columns.findIndex((column) => {
      const { left, right } = column.getBoundingClientRect();
      return left <= clientX && clientX < right;
    });
    return at < 0 ? undefined : at + 1;
  }
}

/** A block that has its place yet to be given. */
function block() {
  const ends = ["from", "to"].map((end) => {
    const handle = make("span", "week-end");
    handle.dataset.end = end;
    return handle;
  });
  const element = make("button", "week-block", make("span", "week-times"), ...ends);
  element.type = "button";
  element.setAttribute("aria-describedby", "week-keys");
  return element;
}

/** @param {Span} span @returns {string} "Monday, 9:00 am to 12:30 pm" */
function words({ day, from, to }) {
  return t("bookings.week.hours", { day: DAYS[day - 1] ?? "", from: timeName(from), to: timeName(to) });
}

/** @param {number} minute */
function timeName(minute) {
  return new Date(2026, 0, 5, 0, minute).toLocaleTimeString(locale, { timeStyle: "short" });
}

/** @param {number} hour @returns {string} "9 am", or "09" */
function hourName(hour) {
  const parts = new Intl.DateTimeFormat(locale, { hour: "numeric" }).formatToParts(new Date(2026, 0, 5, hour));
  return parts.filter(({ type }) => type === "hour" || type === "dayPeriod").map(({ value }) => value).join(" ");
}
