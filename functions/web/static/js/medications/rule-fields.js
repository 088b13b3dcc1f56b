/** Fields for when a medicine is taken, with what they come to in plain words and the next doses. */
import { byId, make, setText } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { nextDoses } from "./preview.js";
import { dayName, formatClock, formatDay, ruleWords } from "./words.js";

/**
 * @typedef {import("./api.js").Rule} Rule
 * @typedef {import("./api.js").RuleRequest} RuleRequest
 */

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const MOST_TIMES = 12;
const SHOWN = 4;

export class RuleFields {
  constructor() {
    byId("plan-days").append(...DAYS.map(dayChoice));
    byId("plan-rule").addEventListener("input", () => this.#change());
    byId("plan-time-add").addEventListener("click", () => {
      byId("plan-times").append(this.#time(""));
      this.#change();
      times().at(-1)?.focus();
    });
  }

  /** @param {Rule | null} rule null for a new one @param {string} today */
  draw(rule, today) {
    input(`plan-kind-${rule?.kind ?? "times"}`).checked = true;
    for (const day of DAYS) input(`plan-day-${day}`).checked = rule?.kind === "times" ? rule.days.includes(day) : true;
    const clock = rule?.times.length ? rule.times : ["08:00"];
    byId("plan-times").replaceChildren(...clock.map((time) => this.#time(time)));
    input("plan-first").value = rule?.kind === "interval" ? (rule.times[0] ?? "") : "";
    input("plan-hours").value = String(rule?.everyHours ?? 8);
    input("plan-starts").value = rule?.startsOn ?? today;
    input("plan-ends").value = rule?.endsOn ?? "";
    this.#change();
  }

  /** @returns {{rule: RuleRequest, fault: string}} `fault`: what is missing, "" if nothing is */
  read() {
    const kind = input("plan-kind-interval").checked ? "interval" : input("plan-kind-once").checked ? "once" : "times";
    const clock = [...new Set(times().map(({ value }) => value).filter(Boolean))].sort();
    const startsOn = input("plan-starts").value;
    const endsOn = kind === "once" ? null : input("plan-ends").value || null;
    const hours = Number(input("plan-hours").value);
    const first = input("plan-first").value;
    const days = DAYS.filter((day) => input(`plan-day-${day}`).checked);
    /** @type {RuleRequest} */
    const rule =
      kind === "interval" ? { kind, startsOn, endsOn, everyHours: hours, times: first ? [first] : [] }
      : kind === "once" ? { kind, startsOn, times: clock.slice(0, 1) }
      : { kind, startsOn, endsOn, days, times: clock };
    return { rule, fault: faultOf(rule) };
  }

  focus() {
    const { rule } = this.read();
    if (!rule.startsOn) return input("plan-starts").focus();
    if (rule.kind === "interval") return input("plan-hours").focus();
    (rule.kind === "times" && !rule.days?.length ? input("plan-day-1") : (times()[0] ?? input("plan-starts"))).focus();
  }

  #change() {
    const { rule, fault } = this.read();
    const { kind } = rule;
    byId("plan-days").hidden = kind !== "times";
    byId("plan-times-field").hidden = kind === "interval";
    byId("plan-interval").hidden = kind !== "interval";
    byId("plan-ends-field").hidden = kind === "once";
    const isSingle = kind === "once";
    times().forEach((field, at) => {
      const row = field.closest(".span");
      if (row instanceof HTMLElement) row.hidden = isSingle && at > 0;
    });
    for (const button of byId("plan-times").querySelectorAll("button")) button.hidden = isSingle || times().length === 1;
    byId("plan-time-add").hidden = isSingle || times().length >= MOST_TIMES;
    const doses = fault ? [] : nextDoses(rule, new Date(), SHOWN);
    setText("plan-words", fault || ruleWords({ ...rule, days: rule.days ?? DAYS, times: rule.times ?? [], everyHours: rule.everyHours ?? null, endsOn: rule.endsOn ?? null }));
    byId("plan-preview").replaceChildren(...doses.map(({ date, time }) => make("li", "", t("medications.when", { day: formatDay(date), time: formatClock(time) }))));
    setText("plan-then", fault ? "" : doses.length === 0 ? t("medications.preview.none") : kind === "interval" ? t("medications.preview.interval", { count: rule.everyHours ?? 0 }) : "");
  }

  /** @param {string} value */
  #time(value) {
    const field = make("input", "");
    field.type = "time";
    field.value = value;
    field.setAttribute("aria-label", t("medications.plan.time"));
    const remove = make("button", "button plain", t("medications.plan.time.remove"));
    remove.type = "button";
    const row = make("div", "span", field, remove);
    remove.addEventListener("click", () => {
      row.remove();
      this.#change();
      byId("plan-time-add").focus();
    });
    return row;
  }
}

/** @param {RuleRequest} rule */
function faultOf({ kind, days, times: clock, startsOn, endsOn, everyHours }) {
  if (!startsOn) return t("medications.plan.starts.missing");
  if (kind === "interval" && !(Number.isInteger(everyHours) && Number(everyHours) >= 1 && Number(everyHours) <= 168)) return t("medications.plan.hours.wrong");
  if (kind === "times" && !days?.length) return t("medications.plan.days.missing");
  if (kind !== "interval" && !clock?.length) return t("medications.plan.time.missing");
  return endsOn && endsOn < startsOn ? t("medications.plan.ends.wrong") : "";
}

/** @param {number} day */
function dayChoice(day) {
  const field = make("input", "");
  field.type = "checkbox";
  field.id = `plan-day-${day}`;
  field.setAttribute("aria-label", dayName(day));
  const shown = make("span", "", dayName(day, "short"));
  shown.setAttribute("aria-hidden", "true");
  return make("label", "choice", field, shown);
}

/** @returns {HTMLInputElement[]} */
function times() {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (byId("plan-times").querySelectorAll("input"))];
}

/** @param {string} id */
function input(id) {
  return byId(id, HTMLInputElement);
}
