/** The visits of a day by hours, or of a week or month by days, with what is to be said of them. */
import { byId, make, setText } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";
import { formatLongDay, formatTime } from "../labels.js";
import { updateRows } from "../rows.js";
import { visitRow } from "../schedule/visit-row.js";
import { periodOf, rowsOf, stepped } from "./calendar.js";
import { dayCells } from "./week-and-month.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("./calendar.js").Span} Span
 * @typedef {{shown: {span: Span, at: number}, visits: Visit[], more: boolean}} Plan `at`: Unix ms; `more`: there are more
 *   visits than these
 * @typedef {{userId: string, onReschedule: (visit: Visit) => void}} Reader
 */

const STEPS = {
  day: { previous: t("visits.previous.day"), next: t("visits.next.day") },
  week: { previous: t("visits.previous.week"), next: t("visits.next.week") },
  month: { previous: t("visits.previous.month"), next: t("visits.next.month") },
};

/**
 * @param {Plan} plan
 * @param {number} now Unix ms
 * @param {Reader} reader
 */
export function drawPlan({ shown, visits, more }, now, reader) {
  const { span } = shown;
  const period = periodOf(span, shown.at);
  const isNow = now >= period.start.getTime() && now < period.end.getTime();
  // Those that go on across midnight are today's only.
  const dated = isNow ? visits : visits.filter(({ startsAt }) => new Date(startsAt) >= period.start && new Date(startsAt) < period.end);
  const seen = byId("mine", HTMLInputElement).checked ? dated.filter(({ practitionerId }) => practitionerId === reader.userId) : dated;
  drawBar(span, period, isNow);
  const list = byId("list");
  list.className = span === "day" ? "visit-list" : `days days-${span}`;
  const rows = span === "day" ? dayRows(seen, now, isNow, reader) : dayCells(span, period, seen, now);
  const isEmpty = span === "day" && seen.length === 0;
  updateRows(list, isEmpty ? [] : rows);
  list.hidden = isEmpty;
  byId("empty").hidden = !isEmpty;
  setText("empty-title", dated.length ? t("visits.today.others") : t("visits.today.none"));
  setText("empty-text", dated.length ? t("visits.today.others.text") : t("visits.today.none.text"));
  if (more) setText("list-said", t("visits.today.more"));
}

/**
 * @param {Span} span
 * @param {{start: Date, end: Date}} period
 * @param {boolean} isNow
 */
function drawBar(span, period, isNow) {
  setText("plan-title", titleOf(span, period));
  for (const input of document.querySelectorAll("input[name=span]")) {
    if (input instanceof HTMLInputElement) input.checked = input.value === span;
  }
  byId("previous").setAttribute("aria-label", STEPS[span].previous);
  byId("next").setAttribute("aria-label", STEPS[span].next);
  byId("now", HTMLButtonElement).disabled = isNow && span === "day";
}

/**
 * @param {Visit[]} visits
 * @param {number} now Unix ms
 * @param {boolean} isToday
 * @param {Reader} reader
 */
function dayRows(visits, now, isToday, { userId, onReschedule }) {
  return rowsOf(visits, now, isToday).map((row) => {
    if (row.kind === "visit") return visitRow(row.visit, { dated: false, userId, onReschedule });
    const text = formatTime(new Date(row.at).toISOString());
    const look = row.kind === "now" ? "now-mark" : "hour-mark";
    // Under the hour stand the visits of that hour; the mark of now is no heading.
    const label = row.kind === "now" ? make("p", "", t("visits.today.now", { time: text })) : make("h3", "small muted", text);
    return { key: `${row.kind} ${row.kind === "now" ? "" : row.at}`, drawn: text, make: () => make("li", look, label) };
  });
}

/**
 * @param {Span} span
 * @param {{start: Date, end: Date}} period
 */
function titleOf(span, { start, end }) {
  if (span === "day") return formatLongDay(start);
  if (span === "month") return start.toLocaleDateString(locale, { month: "long", year: "numeric" });
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).formatRange(start, stepped("day", end.getTime(), -1));
}
