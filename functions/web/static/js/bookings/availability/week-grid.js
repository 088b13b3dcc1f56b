/** The week as it is drawn: a column for each day, with blocks for the hours. */
import { byId, make } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";
import { DAYS, SHORT_DAYS } from "./hours.js";
import { DAY_MINUTES, STEP } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */

/** Shown first; earlier hours have to be scrolled to. In minutes. */
const FIRST_SHOWN = 7 * 60;

export class WeekGrid {
  element = byId("week");
  /** @type {Map<Span, HTMLElement>} */
  #blocks = new Map();
  /** @type {HTMLElement[]} one for each day */
  #columns = [];
  /** What a new block looks like while it is pulled. */
  #ghost = make("div", "week-block");

  /** @param {(day: number) => void} onAdd receives the day whose name was pressed */
  constructor(onAdd) {
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
      button.onclick = () => onAdd(index + 1);
      return button;
    });
    const clock = make("div", "week-clock", ...Array.from({ length: 24 }, (_, hour) => make("span", "", hour ? hourName(hour) : "")));
    clock.setAttribute("aria-hidden", "true");
    byId("week-heads").replaceChildren(make("span", ""), ...heads);
    this.element.replaceChildren(clock, ...this.#columns);
  }

  /** @param {readonly Span[]} spans */
  draw(spans) {
    for (const column of this.#columns) column.replaceChildren();
    this.#blocks = new Map(spans.map((span) => [span, this.#place(block(), span)]));
  }

  /**
   * Draws a block elsewhere than where its hours are; a new one if there is none of these hours.
   * @param {Span} span
   * @param {Span} drawn
   */
  put(span, drawn) {
    this.#place(this.#blocks.get(span) ?? this.#ghost, drawn);
  }

  /** Takes away what was drawn of a new block. */
  clear() {
    this.#ghost.remove();
  }

  /** @param {Span | null} chosen */
  mark(chosen) {
    for (const [span, element] of this.#blocks) element.setAttribute("aria-pressed", String(span === chosen));
  }

  /** @param {Span} span */
  focus(span) {
    this.#blocks.get(span)?.focus();
  }

  /** @param {number} day */
  focusDay(day) {
    byId("week-heads").querySelectorAll("button")[day - 1]?.focus();
  }

  /** @param {readonly Span[]} spans of which the first comes into view */
  scrollTo(spans) {
    const first = Math.min(FIRST_SHOWN, ...spans.map(({ from }) => from));
    byId("week-frame").scrollTop = (this.element.scrollHeight * Math.max(0, first - STEP)) / DAY_MINUTES;
  }

  /** @param {EventTarget | null} target @returns {Span | null} that of the block that it is in */
  spanOf(target) {
    const element = target instanceof Element ? target.closest(".week-block") : null;
    return [...this.#blocks].find(([, each]) => each === element)?.[0] ?? null;
  }

  /** @param {PointerEvent} event @returns {number} the minute of the day at its height */
  minuteAt({ clientY }) {
    const { top, height } = this.element.getBoundingClientRect();
    return Math.min(Math.max(((clientY - top) / height) * DAY_MINUTES, 0), DAY_MINUTES);
  }

  /** @param {PointerEvent} event @returns {number | undefined} the day of the column at its place */
  dayAt({ clientX }) {
    const at = this.#columns.findIndex((column) => {
      const { left, right } = column.getBoundingClientRect();
      return left <= clientX && clientX < right;
    });
    return at < 0 ? undefined : at + 1;
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
    element.setAttribute("aria-label", hoursInWords(span));
    const times = element.querySelector(".week-times");
    if (times) times.textContent = `${timeName(span.from)}–${timeName(span.to)}`;
    return element;
  }
}

/** @param {Span} span @returns {string} "Monday, 9:00 am to 12:30 pm" */
export function hoursInWords({ day, from, to }) {
  return t("bookings.week.hours", { day: DAYS[day - 1] ?? "", from: timeName(from), to: timeName(to) });
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

/** @param {number} minute */
function timeName(minute) {
  return new Date(2026, 0, 5, 0, minute).toLocaleTimeString(locale, { timeStyle: "short" });
}

/** @param {number} hour @returns {string} "9 am", or "09" */
function hourName(hour) {
  const parts = new Intl.DateTimeFormat(locale, { hour: "numeric" }).formatToParts(new Date(2026, 0, 5, hour));
  return parts.filter(({ type }) => type === "hour" || type === "dayPeriod").map(({ value }) => value).join(" ");
}
