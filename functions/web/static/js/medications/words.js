/** Rules and times of medicines in plain words. Pure, but for the page's language and time zone. */
import { formatList, locale, t } from "../shell/messages.js";

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const HALF_YEAR_MS = 183 * 24 * 3_600_000;

/** @param {Pick<import("./api.js").Rule, "kind" | "days" | "times" | "everyHours" | "startsOn" | "endsOn">} rule */
export function ruleWords({ kind, days, times, everyHours, startsOn, endsOn }) {
  const at = formatList(times.map(formatClock));
  const words =
    kind === "once" ? t("medications.rule.once", { date: formatDay(startsOn), times: at })
    : kind === "interval" ? t("medications.rule.interval", { count: everyHours ?? 0 })
    : days.length === DAYS.length ? t("medications.rule.daily", { times: at })
    : t("medications.rule.days", { days: formatList(days.map((day) => dayName(day))), times: at });
  return endsOn && kind !== "once" ? t("medications.rule.until", { rule: words, date: formatDay(endsOn) }) : words;
}

/** @param {number} day 1 is Monday @returns {string} */
export function dayName(day, weekday = /** @type {"long" | "short"} */ ("long")) {
  // A Monday.
  return new Date(2024, 0, day).toLocaleDateString(locale, { weekday });
}

/** @param {string} time such as "08:00" */
export function formatClock(time) {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return new Date(2024, 0, 1, hours, minutes).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** @param {string | number} instant */
export function formatTime(instant) {
  return new Date(instant).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** @param {string | Date} day a date, such as "2026-12-01" */
export function formatDay(day) {
  const at = typeof day === "string" ? dayOf(day) : day;
  /** @type {Intl.DateTimeFormatOptions} */
  const year = at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return at.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** @param {string} date @returns {Date} its noon on the reader's clock */
export function dayOf(date) {
  return new Date(`${date}T12:00:00`);
}

/**
 * @param {import("./api.js").Plan} plan
 * @param {number} now Unix ms
 * @returns {string} the place whose clock the plan's times are on, such as "Auckland"; "" if the reader's clock shows the same
 */
export function placeOfClock({ timeZone, localZone, travel, rule }, now) {
  const zone = travel === "local" && localZone ? localZone : timeZone;
  // Half a year later, one of them may have put its clock forward.
  const same = [now, now + HALF_YEAR_MS].every((at) => clockIn(zone, at) === clockIn(undefined, at));
  return same || rule.kind === "interval" ? "" : (zone.split("/").at(-1) ?? "").replaceAll("_", " ");
}

/** @param {string | undefined} timeZone the reader's without it @param {number} at */
function clockIn(timeZone, at) {
  return new Date(at).toLocaleString("en", { timeZone, dateStyle: "short", timeStyle: "short" });
}

/** @param {string} instant @param {number} now Unix ms @returns {string} such as "today at 8:00 PM", on the reader's clock */
export function whenWords(instant, now) {
  const at = new Date(instant);
  const time = formatTime(instant);
  return at.toDateString() === new Date(now).toDateString() ? t("medications.today.at", { time }) : t("medications.when", { day: formatDay(at), time });
}

/** @param {number} taken @param {number} all */
export function percentWords(taken, all) {
  // As the server rounds it: all is only what is all.
  const share = all ? Math.floor((100 * taken) / all) / 100 : 0;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);
}
