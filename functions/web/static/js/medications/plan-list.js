/** Plans of medicines, and what can be done about each: on the patient's own page, and in their chart for clinicians. */
import { confirmDialog } from "../shell/confirm-dialog.js";
import { announce, byId, make, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { HttpProblem } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { endPlan, getPlan, stepPlan } from "./api.js";
import { PlanDialog } from "./plan-dialog.js";
import { formatDay, placeOfClock, ruleWords, whenWords } from "./words.js";

/** @typedef {import("./api.js").Plan} Plan */

export class PlanList {
  #onChanged;
  #dialog;
  #factOf;

  /**
   * @param {{patientId: string, ownZone: boolean, onChanged: (plan: Plan) => void, factOf?: (planId: string) => string}} about
   *   `ownZone`: the reader is the patient, so that the clock is theirs; `factOf` says something more of a plan, or ""
   */
  constructor({ patientId, ownZone, onChanged, factOf = () => "" }) {
    this.#onChanged = onChanged;
    this.#factOf = factOf;
    this.#dialog = new PlanDialog(patientId, ownZone, (plan) => {
      onChanged(plan);
      announce(t("shell.saved"));
      focusOn(plan.planId);
    });
    byId("plan-add").addEventListener("click", () => this.#dialog.open(null));
  }

  /** @param {readonly Plan[]} plans */
  draw(plans) {
    const focused = document.activeElement?.closest("[data-plan]");
    byId("plans").replaceChildren(...plans.map((plan) => this.#row(plan)));
    if (focused instanceof HTMLElement) focusOn(focused.dataset.plan ?? "");
  }

  /** @param {Plan} plan */
  #row(plan) {
    const { planId, medicine, dose, rule, state, next, createdBy, remindersPausedAt, unansweredSince } = plan;
    const isSilent = state === "active" && remindersPausedAt !== null;
    const now = Date.now();
    const place = placeOfClock(plan, now);
    const facts = [place ? t("medications.rule.at-place", { rule: ruleWords(rule), place }) : ruleWords(rule)];
    if (next && state === "active") facts.push(t("medications.plan.next", { when: whenWords(next.dueAt, now) }));
    if (createdBy === "clinician") facts.push(t("medications.plan.by-clinician"));
    const more = this.#factOf(planId);
    if (more) facts.push(more);
    const row = make("li", "plan card", make("strong", "", `${medicine} · ${dose}`), ...facts.map((fact) => make("span", "muted", fact)));
    if (state === "paused") row.append(make("span", "badge warn", t("medications.plan.paused")));
    if (isSilent) row.append(make("span", "badge warn", t("medications.plan.silent", { day: formatDay(new Date(unansweredSince ?? remindersPausedAt)) })));
    row.dataset.plan = planId;
    row.tabIndex = -1;
    const step = state === "paused" ? "resume" : "pause";
    const buttons = [
      this.#button(plan, t("medications.plan.edit"), () => this.#dialog.open(plan)),
      ...(isSilent ? [this.#button(plan, t("medications.plan.remind"), () => void this.#step(plan, "resume"))] : []),
      this.#button(plan, step === "pause" ? t("medications.plan.pause") : t("medications.plan.resume"), () => void this.#step(plan, step)),
      this.#button(plan, t("medications.plan.end"), () => void this.#end(plan), "plain"),
    ];
    row.append(make("span", "actions", ...buttons));
    return row;
  }

  /** @param {Plan} plan @param {string} text @param {() => void} act */
  #button({ medicine }, text, act, look = "") {
    const made = make("button", `button ${look}`, text);
    made.type = "button";
    made.setAttribute("aria-label", t("medications.plan.about", { act: text, medicine }));
    made.addEventListener("click", act);
    return made;
  }

  /** @param {Plan} plan @param {"pause" | "resume"} step */
  async #step(plan, step) {
    setText("plans-said", "");
    try {
      this.#onChanged(await stepPlan(plan, step));
      focusOn(plan.planId);
      announce(step === "pause" ? t("medications.plan.paused") : t("medications.plan.resumed"));
    } catch (error) {
      setText("plans-said", errorMessage(error));
    }
  }

  /** @param {Plan} plan */
  async #end(plan) {
    let now = plan;
    const done = await confirmDialog({
      title: t("medications.plan.end.title", { medicine: plan.medicine }),
      text: t("medications.plan.end.text"),
      yes: t("medications.plan.end"),
      failed: (error) => errorMessage(error, { exists: t("medications.plan.changed") }),
      act: async () => {
        try {
          now = await endPlan(now);
        } catch (error) {
          if (error instanceof HttpProblem && error.status === 412) now = await getPlan(plan.planId);
          throw error;
        }
      },
    });
    if (!done) return;
    this.#onChanged(now);
    setText("plans-said", t("medications.plan.ended", { medicine: plan.medicine }));
    byId("plans-title").focus();
  }
}

/** @param {string} planId */
function focusOn(planId) {
  const row = document.querySelector(`[data-plan="${CSS.escape(planId)}"]`);
  if (row instanceof HTMLElement) row.focus();
}
