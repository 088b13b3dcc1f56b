/** What was taken in the last weeks: a chart, and the same as a table. */
import { byId, make, setText } from "../../shell/dom.js";
import { formatNumber, locale, t } from "../../shell/messages.js";
import { dayOf, percentWords } from "../words.js";

/** @typedef {{startsOn: string, taken: number, skipped: number, missed: number}} Week */

const SVG = "http://www.w3.org/2000/svg";
const WEEKS = 12;

/** Fewer weeks do not fill the chart: bars must not be boards. */
const LEAST = 6;
const BAR = { step: 24, width: 16, height: 100 };

/** @param {readonly import("./doses.js").Course[]} courses */
export function drawHistory(courses) {
  const weeks = together(courses);
  byId("history").hidden = weeks.length === 0;
  if (!weeks.length) return;
  const total = weeks.reduce((sum, { taken, skipped, missed }) => ({ taken: sum.taken + taken, all: sum.all + taken + skipped + missed }), { taken: 0, all: 0 });
  setText("history-sum", t("medications.history.sum", { percent: percentWords(total.taken, total.all), count: weeks.length }));
  byId("chart").replaceChildren(chart(weeks));
  if (weeks.length === 1) setText("chart-span", t("medications.history.span.one", { first: dateWords(weeks[0]?.startsOn ?? "") }));
  else setText("chart-span", t("medications.history.span", { first: dateWords(weeks[0]?.startsOn ?? ""), last: dateWords(weeks.at(-1)?.startsOn ?? "") }));
  byId("weeks").replaceChildren(...[...weeks].reverse().map(row));
}

/** @param {readonly import("./doses.js").Course[]} courses @returns {Week[]} of all plans, in order */
function together(courses) {
  /** @type {Map<string, Week>} */
  const found = new Map();
  for (const { startsOn, taken, skipped, missed } of courses.flatMap(({ weeks }) => weeks)) {
    const week = found.get(startsOn) ?? { startsOn, taken: 0, skipped: 0, missed: 0 };
    found.set(startsOn, { startsOn, taken: week.taken + taken, skipped: week.skipped + skipped, missed: week.missed + missed });
  }
  return [...found.values()].sort((one, other) => (one.startsOn < other.startsOn ? -1 : 1)).slice(-WEEKS);
}

/** @param {readonly Week[]} weeks */
function chart(weeks) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${Math.max(weeks.length, LEAST) * BAR.step} ${BAR.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "bars");
  svg.setAttribute("aria-hidden", "true");
  weeks.forEach(({ taken, skipped, missed }, at) => {
    const place = at * BAR.step + (BAR.step - BAR.width) / 2;
    const height = (BAR.height * taken) / (taken + skipped + missed);
    svg.append(bar("bar-all", place, BAR.height), bar("bar-taken", place, height));
  });
  return svg;
}

/** @param {string} look @param {number} place @param {number} height */
function bar(look, place, height) {
  const rect = document.createElementNS(SVG, "rect");
  const facts = { class: look, x: place, y: BAR.height - height, width: BAR.width, height };
  for (const [name, value] of Object.entries(facts)) rect.setAttribute(name, String(value));
  return rect;
}

/** @param {Week} week */
function row({ startsOn, taken, skipped, missed }) {
  const head = make("th", "", dateWords(startsOn));
  head.scope = "row";
  const numbers = [percentWords(taken, taken + skipped + missed), formatNumber(taken), formatNumber(skipped), formatNumber(missed)];
  return make("tr", "", head, ...numbers.map((text) => make("td", "", text)));
}

/** @param {string} date */
function dateWords(date) {
  return dayOf(date).toLocaleDateString(locale, { day: "numeric", month: "short" });
}
