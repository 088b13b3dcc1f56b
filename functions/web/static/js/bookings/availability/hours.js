/** The hours of a week in a form: for each day any number of spans, from one time to another. */
import { byId, make, showFieldError } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";

/** @typedef {{day: number, from: string, to: string}} Hours */

/** A field for a time cannot show the midnight at a day's end, which the API calls this. */
const MIDNIGHT = "24:00";

/** Monday of some week, from which weekdays have their names. */
const MONDAY = new Date(2026, 10, 30, 12);

export const DAYS = namesOf("long");
export const SHORT_DAYS = namesOf("short");

/** @param {"long" | "short"} weekday @returns {string[]} of the week's days, from Monday on */
function namesOf(weekday) {
  return Array.from({ length: 7 }, (_, number) => {
    const day = new Date(MONDAY);
    day.setDate(day.getDate() + number);
    return day.toLocaleDateString(locale, { weekday });
  });
}

/** @param {readonly Hours[]} hours */
export function drawHours(hours) {
  const rows = DAYS.map((name, index) => {
    const day = index + 1;
    const spans = make("div", "spans");
    spans.dataset.day = String(day);
    const own = hours.filter((one) => one.day === day).sort((one, other) => (one.from < other.from ? -1 : 1));
    spans.append(...own.map(({ from, to }) => span(name, from, to)));
    const add = make("button", "button plain", t("bookings.hours.add"));
    add.type = "button";
    add.setAttribute("aria-label", t("bookings.hours.add.day", { day: name }));
    add.onclick = () => {
      const last = [...spans.querySelectorAll("input")].at(-1)?.value;
      const added = span(name, last && last < "23:00" ? last : "09:00", last && last < "17:00" ? "17:00" : "12:00");
      spans.append(added);
      added.querySelector("input")?.focus();
    };
    return make("div", "day-hours", make("span", "day-name", name), spans, add);
  });
  byId("hours").replaceChildren(...rows);
}

/** @returns {Hours[] | null} null if they cannot be, which is said then */
export function readHours() {
  const hours = enteredHours();
  const wrong = faultOf(hours);
  showFieldError("hours", wrong);
  return wrong ? null : hours;
}

/** @returns {Hours[] | null} null while they cannot be */
export function validHours() {
  const hours = enteredHours();
  return faultOf(hours) ? null : hours;
}

/** @returns {Hours[]} */
function enteredHours() {
  return [...byId("hours").querySelectorAll(".span")].map((element) => {
    const [from, to] = [...element.querySelectorAll("input")].map(({ value }) => value);
    const day = Number(element.closest("[data-day]")?.getAttribute("data-day"));
    return { day, from: from ?? "", to: to === "00:00" ? MIDNIGHT : (to ?? "") };
  });
}

/** @param {Hours[]} hours @returns {string} what is wrong with them, "" if nothing */
function faultOf(hours) {
  if (hours.some(({ from, to }) => !from || !to || from >= to)) return t("bookings.hours.order");
  const sorted = [...hours].sort((one, other) => one.day - other.day || (one.from < other.from ? -1 : 1));
  const overlap = sorted.some((one, at) => one.day === sorted[at + 1]?.day && one.to > (sorted[at + 1]?.from ?? ""));
  return overlap ? t("bookings.hours.overlap") : "";
}

/** @param {string} day @param {string} from @param {string} to */
function span(day, from, to) {
  const remove = make("button", "button plain", t("bookings.hours.remove"));
  const element = make("div", "span", time(from, t("bookings.hours.from", { day })), "–", time(to, t("bookings.hours.to", { day })), remove);
  remove.type = "button";
  remove.setAttribute("aria-label", t("bookings.hours.remove.span", { day, from, to }));
  remove.onclick = () => {
    const add = element.closest(".day-hours")?.querySelector(".spans + button");
    element.remove();
    if (add instanceof HTMLElement) add.focus();
  };
  return element;
}

/** @param {string} value @param {string} label */
function time(value, label) {
  const input = make("input", "");
  input.type = "time";
  input.step = "300";
  input.required = true;
  input.value = value === MIDNIGHT ? "00:00" : value;
  input.setAttribute("aria-label", label);
  return input;
}
