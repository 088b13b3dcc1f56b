/** Labels and texts about visits. Pure, but for the page's language. */
import { formatList, locale, t } from "../shell/messages.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Party} Party
 * @typedef {import("./api.js").Outcome} Outcome
 */

/** @type {ReadonlySet<string>} */
const OVER = new Set(["completed", "noShow", "timedOut", "cancelled", "failed"]);

/** @param {Pick<Visit, "state">} visit */
export function isOver({ state }) {
  return OVER.has(state);
}

/** @param {Pick<Visit, "state">} visit */
export function isActive({ state }) {
  return state === "inProgress" || state === "interrupted";
}

/**
 * @param {Visit} visit
 * @param {Party} party
 */
export function partyName(visit, party) {
  return party === "patient"
    ? visit.patientName || t("visits.nameless")
    : visit.practitionerName || t("visits.your-clinician");
}

/** @param {Party} party */
export function otherParty(party) {
  return party === "patient" ? "practitioner" : "patient";
}

/**
 * @param {Visit} visit
 * @param {Party[]} parties
 * @returns {string} "Aroha Ngata and Mere Tipene"
 */
export function names(visit, parties) {
  return formatList(parties.map((party) => partyName(visit, party)));
}

/** @type {Record<Outcome, string>} */
const OUTCOMES = {
  completed: t("visits.outcome.completed"),
  left: t("visits.outcome.left"),
  connectionLost: t("visits.outcome.lost"),
  timeLimit: t("visits.outcome.time"),
  noShow: t("visits.outcome.no-show"),
  cancelled: t("visits.outcome.cancelled"),
  failed: t("visits.outcome.failed"),
};

/** @param {Outcome | null} outcome */
export function outcomeLabel(outcome) {
  return outcome ? OUTCOMES[outcome] : "";
}

/**
 * @param {Visit} visit
 * @returns {{text: string, look: string}} the state as clinicians see it, and its badge's look
 */
export function stateLabel(visit) {
  switch (visit.state) {
    case "scheduled":
      return { text: t("visits.state.scheduled"), look: "quiet" };
    case "waiting":
      return { text: visit.present.includes("patient") ? t("visits.state.patient-waits") : t("visits.state.waits-for-patient"), look: "warn" };
    case "inProgress":
      return { text: t("visits.state.now"), look: "ok" };
    case "interrupted":
      return visit.left.length ? { text: t("visits.state.left", { names: names(visit, visit.left) }), look: "warn" } : { text: t("visits.state.lost"), look: "danger" };
    case "completed":
      return { text: outcomeLabel(visit.outcome) || t("visits.outcome.completed"), look: "quiet" };
    case "noShow":
      return { text: visit.didNotShow.length ? t("visits.state.did-not-come", { names: names(visit, visit.didNotShow) }) : t("visits.outcome.no-show"), look: "quiet" };
    case "failed":
      return { text: t("visits.outcome.failed"), look: "danger" };
    default:
      return { text: outcomeLabel(visit.outcome) || t("visits.state.over"), look: "quiet" };
  }
}

/**
 * @param {string | null} instant ISO 8601
 * @returns {string} "14:30"
 */
export function formatTime(instant) {
  return instant ? new Date(instant).toLocaleTimeString(locale, { timeStyle: "short" }) : "";
}

/**
 * @param {string} instant ISO 8601
 * @param {number} now Unix ms
 */
export function isToday(instant, now) {
  return new Date(instant).toDateString() === new Date(now).toDateString();
}

/** @param {Date | number} day @returns {string} "Saturday, 21 November" */
export function formatLongDay(day) {
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }).format(day);
}

/**
 * @param {string} instant ISO 8601
 * @param {number} now Unix ms
 * @returns {string} t("visits.page.today"), t("visits.day.tomorrow"), t("visits.day.yesterday") or "Sat, 21 Nov"
 */
export function formatDay(instant, now) {
  const at = new Date(instant);
  const words = [t("visits.day.yesterday"), t("visits.page.today"), t("visits.day.tomorrow")];
  for (const [number, word] of words.entries()) {
    const day = new Date(now);
    day.setDate(day.getDate() + number - 1);
    if (at.toDateString() === day.toDateString()) return word;
  }
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { weekday: "short", day: "numeric", month: "short" };
  if (at.getFullYear() !== new Date(now).getFullYear()) form.year = "numeric";
  return at.toLocaleDateString(locale, form);
}

/**
 * @param {number | null} seconds
 * @returns {string} "14 minutes", "45 seconds"
 */
export function formatDuration(seconds) {
  if (seconds === null) return "";
  return seconds < 60 ? t("visits.seconds", { count: Math.round(seconds) }) : t("visits.minutes", { count: Math.round(seconds / 60) });
}

/**
 * @param {string} instant ISO 8601
 * @param {number} now Unix ms
 * @returns {string} "Today, 9:30 am"
 */
export function formatDayAndTime(instant, now) {
  return `${formatDay(instant, now)}, ${formatTime(instant)}`;
}

/**
 * @param {Pick<Visit, "startsAt" | "durationMinutes">} visit
 * @param {number} now Unix ms
 * @returns {string} "Today, 9:30 am, 20 minutes"
 */
export function formatDayAndLength({ startsAt, durationMinutes }, now) {
  return `${formatDayAndTime(startsAt, now)}, ${t("visits.minutes", { count: durationMinutes })}`;
}

/** @param {number} minutes @returns {string} "20 min" */
export function formatMinutes(minutes) {
  return t("visits.min", { minutes });
}
