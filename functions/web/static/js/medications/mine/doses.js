/** Doses of a day, each with what can be done about it. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatDay, formatTime } from "../words.js";

/**
 * @typedef {import("../api.js").Plan} Plan
 * @typedef {import("../api.js").Dose} Dose
 * @typedef {{plan: Plan, doses: Dose[], weeks: import("../api.js").Tally[]}} Course
 * @typedef {{plan: Plan, dose: Dose, isPlanned?: boolean, withDay?: boolean}} Entry `isPlanned`: it comes after the next one
 * @typedef {{give: (entry: Entry, act: "taken" | "skipped" | "snooze") => void, undo: (entry: Entry) => void,
 *   enter: (entry: Entry) => void}} Acts
 */

/** So many days back a dose that was missed can still be entered. */
const ENTRY_DAYS = 7;

/**
 * @param {readonly Course[]} courses
 * @param {Date} now
 * @returns {Entry[]} what is or was due today, and what is still open from before, in order
 */
export function todayOf(courses, now) {
  const today = now.toDateString();
  const entries = courses.flatMap(({ plan, doses }) => {
    const listed = doses.filter(({ doseId }) => doseId !== plan.next?.doseId);
    /** @type {Dose[]} */
    const planned = plan.following.map((dueAt) => ({ doseId: "", dueAt, state: "due", takenAt: null, late: false, snoozedUntil: null, earliestAt: null, undoUntil: null }));
    /** @type {Entry[]} */
    const all = [
      ...listed.filter(({ state }) => state !== "due" && state !== "snoozed").map((dose) => ({ plan, dose })),
      ...(plan.next && plan.state === "active" ? [{ plan, dose: plan.next }] : []),
      ...planned.map((dose) => ({ plan, dose, isPlanned: true })),
    ];
    return all.filter(({ dose }) => new Date(dose.dueAt).toDateString() === today || (dose === plan.next && Date.parse(dose.dueAt) < now.getTime()));
  });
  return inOrder(entries);
}

/**
 * @param {readonly Course[]} courses
 * @param {Date} now
 * @returns {Entry[]} what was missed on the days before, the newest first
 */
export function earlierOf(courses, now) {
  const since = now.getTime() - ENTRY_DAYS * 24 * 3_600_000;
  const entries = courses.flatMap(({ plan, doses }) =>
    doses
      .filter(({ state, dueAt }) => state === "missed" && Date.parse(dueAt) > since && new Date(dueAt).toDateString() !== now.toDateString())
      .map((dose) => ({ plan, dose, withDay: true })),
  );
  return inOrder(entries).reverse();
}

/**
 * @param {Entry} entry
 * @param {import("../queue.js").Answer | undefined} waiting
 * @param {number} now
 * @returns {boolean} whether it can be taken now
 */
export function isTakeable({ dose, isPlanned }, waiting, now) {
  const isOpen = !isPlanned && (dose.state === "due" || dose.state === "snoozed");
  return isOpen && !waiting && now >= Date.parse(dose.earliestAt ?? dose.dueAt);
}

/** @param {Entry[]} entries */
function inOrder(entries) {
  return entries.sort((one, other) => Date.parse(one.dose.dueAt) - Date.parse(other.dose.dueAt) || one.plan.medicine.localeCompare(other.plan.medicine));
}

/**
 * @param {Entry} entry
 * @param {import("../queue.js").Answer | undefined} waiting what was tapped and is not sent yet
 * @param {number} now
 * @param {Acts} acts
 */
export function doseRow(entry, waiting, now, acts) {
  const { plan, dose, withDay } = entry;
  const time = formatTime(dose.dueAt);
  const when = withDay ? t("medications.when", { day: formatDay(new Date(dose.dueAt)), time }) : time;
  const row = make("li", "dose card",
    make("span", "dose-time", when),
    make("span", "dose-what", make("strong", "", plan.medicine), make("span", "muted", plan.dose)),
    state(entry, waiting, now),
  );
  row.dataset.dose = dose.doseId;
  row.tabIndex = -1;
  /** @type {HTMLElement[]} */
  const buttons = [];
  /** @param {string} text @param {() => void} act @param {string} [look] */
  const offer = (text, act, look = "") => {
    const made = make("button", `button ${look}`, text);
    made.type = "button";
    made.setAttribute("aria-label", t("medications.about", { act: text, medicine: plan.medicine, time: when }));
    made.addEventListener("click", act);
    buttons.push(made);
  };
  if (waiting) offer(t("medications.undo"), () => acts.undo(entry), "plain");
  else if (isTakeable(entry, waiting, now)) {
    offer(t("medications.take"), () => acts.give(entry, "taken"), "primary");
    if (dose.state === "due" && now >= Date.parse(dose.dueAt)) offer(t("medications.snooze"), () => acts.give(entry, "snooze"));
    offer(t("medications.skip"), () => acts.give(entry, "skipped"));
    if (now > Date.parse(dose.dueAt)) offer(t("medications.enter"), () => acts.enter(entry), "plain");
  } else if (dose.state === "missed") offer(t("medications.enter"), () => acts.enter(entry));
  else if (dose.undoUntil && now < Date.parse(dose.undoUntil)) offer(t("medications.undo"), () => acts.undo(entry), "plain");
  if (buttons.length) row.append(make("span", "actions", ...buttons));
  return row;
}

/** @param {Entry} entry @param {import("../queue.js").Answer | undefined} waiting @param {number} now */
function state({ plan, dose, isPlanned }, waiting, now) {
  if (waiting) {
    const said = { taken: t("medications.state.taken"), skipped: t("medications.state.skipped"), snooze: t("medications.state.snoozed") };
    return make("span", "dose-state", make("span", "badge quiet", said[waiting.act]), make("span", "small muted", t("medications.waiting")));
  }
  switch (dose.state) {
    case "taken":
      return make("span", "dose-state", make("span", "badge ok", takenWords(dose)));
    case "skipped":
      return make("span", "dose-state", make("span", "badge quiet", t("medications.state.skipped")));
    case "missed":
      return make("span", "dose-state", make("span", "badge danger", t("medications.state.missed")));
    case "snoozed":
      return make("span", "dose-state", make("span", "badge warn", t("medications.state.snoozed-until", { time: formatTime(dose.snoozedUntil ?? dose.dueAt) })));
  }
  const until = Date.parse(dose.dueAt);
  if (!isPlanned && now >= until) return make("span", "dose-state", make("span", "badge warn", t("medications.state.due")));
  const first = Date.parse(dose.earliestAt ?? dose.dueAt);
  if (isPlanned || now >= first) return make("span", "dose-state");
  return make("span", "dose-state", make("span", "small muted", plan.rule.kind === "interval" ? t("medications.not-before", { time: formatTime(first) }) : t("medications.from", { time: formatTime(first) })));
}

/** @param {Dose} dose */
function takenWords({ takenAt, late }) {
  const time = formatTime(takenAt ?? "");
  return late ? t("medications.state.taken-late", { time }) : t("medications.state.taken-at", { time });
}
