/** The days of a week or month, each with its visits, or with how many there are. */
import { dateOf } from "../../shell/dates.js";
import { make } from "../../shell/dom.js";
import { formatNumber, locale, t } from "../../shell/messages.js";
import { formatLongDay, formatTime, isOver, partyName, stateLabel } from "../labels.js";
import { byDay, daysOf } from "./calendar.js";

/** @typedef {import("../api.js").Visit} Visit */

/**
 * @param {"week" | "month"} span
 * @param {{start: Date, end: Date}} period
 * @param {readonly Visit[]} visits
 * @param {number} now Unix ms
 * @returns {{key: string, drawn: string, make: () => HTMLElement}[]} rows for `updateRows`
 */
export function dayCells(span, { start, end }, visits, now) {
  const found = byDay(visits);
  const today = dateOf(new Date(now));
  return daysOf(start, end).map((day) => {
    const key = dateOf(day);
    const own = found.get(key) ?? [];
    const isToday = key === today;
    const lines = own.map((visit) => [visit.visitId, formatTime(visit.startsAt), partyName(visit, "patient"), stateLabel(visit).text]);
    return {
      key,
      drawn: JSON.stringify([span, isToday, span === "week" ? lines : own.length]),
      make: () => cell(span, day, own, isToday),
    };
  });
}

/**
 * @param {"week" | "month"} span
 * @param {Date} day
 * @param {Visit[]} visits
 * @param {boolean} isToday
 */
function cell(span, day, visits, isToday) {
  const link = make("a", "day-link");
  link.href = `#day=${dateOf(day)}`;
  const count = visits.length ? t("visits.count", { count: visits.length }) : t("visits.count.none");
  const label = [formatLongDay(day), count, ...(isToday ? [t("visits.page.today")] : [])].join(", ");
  link.append(
    make("span", "visually-hidden", label),
    shown("day-name", day.toLocaleDateString(locale, { weekday: "short" })),
    shown("day-number", formatNumber(day.getDate())),
  );
  const made = make("li", `day${isToday ? " is-today" : ""}${visits.length ? "" : " is-free"}`, link);
  made.dataset.weekday = String(day.getDay());
  if (span === "month") {
    if (visits.length) link.append(shown("day-count", formatNumber(visits.length)));
    return made;
  }
  const list = make("ul", "day-visits", ...visits.map(line));
  list.setAttribute("role", "list");
  if (visits.length) made.append(list);
  return made;
}

/**
 * What eyes take in at a glance, and ears are told in whole words.
 * @param {string} kind
 * @param {string} text
 */
function shown(kind, text) {
  const span = make("span", kind, text);
  span.setAttribute("aria-hidden", "true");
  return span;
}

/** @param {Visit} visit */
function line(visit) {
  const link = make("a", `day-visit${isOver(visit) ? " over" : ""}`);
  link.append(make("span", "day-time", formatTime(visit.startsAt)), make("span", "", partyName(visit, "patient")));
  link.href = `/visit#v=${encodeURIComponent(visit.visitId)}`;
  link.title = stateLabel(visit).text;
  return make("li", "", link);
}
