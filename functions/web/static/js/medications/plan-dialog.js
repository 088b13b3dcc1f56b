/** The dialog in which a medicine is planned: what, how much, and when. */
import { dateOf } from "../shell/dates.js";
import { byId, make, setText, showFieldError } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { showFieldErrors } from "../shell/field-errors.js";
import { HttpProblem } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { cleanLine } from "../shell/text.js";
import { changePlan, createPlan, getPlan } from "./api.js";
import { RuleFields } from "./rule-fields.js";
import { placeOfClock } from "./words.js";

/** @typedef {import("./api.js").Plan} Plan */

const FIELDS = { medicine: "plan-medicine", dose: "plan-dose", rule: "plan-rule" };

export class PlanDialog {
  #patientId;
  #ownZone;
  #onSaved;
  #dialog = byId("plan", HTMLDialogElement);
  #rule = new RuleFields();
  /** @type {Plan | null} */
  #plan = null;
  #key = "";
  #busy = false;

  /**
   * @param {string} patientId
   * @param {boolean} ownZone whether the clock of this browser is the patient's
   * @param {(plan: Plan) => void} onSaved
   */
  constructor(patientId, ownZone, onSaved) {
    this.#patientId = patientId;
    this.#ownZone = ownZone;
    this.#onSaved = onSaved;
    byId("plan-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
    byId("plan-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /** @param {Plan | null} plan null for a new one */
  open(plan) {
    this.#plan = plan;
    this.#key = crypto.randomUUID();
    setText("plan-title", plan ? t("medications.plan.edit.title") : t("medications.plan.add"));
    byId("plan-medicine", HTMLInputElement).value = plan?.medicine ?? "";
    byId("plan-dose", HTMLInputElement).value = plan?.dose ?? "";
    const grace = byId("plan-grace", HTMLSelectElement);
    const minutes = plan?.graceMinutes ?? 60;
    grace.replaceChildren(...graces(minutes).map((each) => option(String(each), graceWords(each))));
    grace.value = String(minutes);
    byId("plan-travel-field").hidden = !this.#ownZone;
    byId("plan-travel", HTMLSelectElement).value = plan?.travel ?? "home";
    const place = plan && placeOfClock(plan, Date.now());
    setText("plan-place", place ? t("medications.plan.place", { place }) : "");
    this.#rule.draw(plan?.rule ?? null, dateOf(new Date()));
    for (const place of Object.values(FIELDS)) showFieldError(place, "");
    this.#fail("");
    this.#dialog.showModal();
    byId("plan-medicine").focus();
  }

  async #save() {
    const medicine = cleanLine(byId("plan-medicine", HTMLInputElement).value);
    const dose = cleanLine(byId("plan-dose", HTMLInputElement).value);
    const { rule, fault } = this.#rule.read();
    showFieldError("plan-medicine", medicine ? "" : t("medications.plan.medicine.missing"));
    showFieldError("plan-dose", dose ? "" : t("medications.plan.dose.missing"));
    showFieldError("plan-rule", fault);
    if (!medicine) return byId("plan-medicine").focus();
    if (!dose) return byId("plan-dose").focus();
    if (fault) return this.#rule.focus();
    if (this.#busy) return;
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const travel = byId("plan-travel", HTMLSelectElement).value === "local" ? "local" : "home";
    /** @type {{travel?: "home" | "local", localZone?: string}} */
    const clock = this.#ownZone ? { travel, ...(travel === "local" ? { localZone: here } : {}) } : {};
    const wanted = { medicine, dose, rule, graceMinutes: Number(byId("plan-grace", HTMLSelectElement).value), ...clock };
    this.#work(true);
    try {
      const plan = this.#plan;
      const saved = plan ? await changePlan(plan, wanted) : await createPlan({ ...wanted, patientId: this.#patientId, timeZone: here }, this.#key);
      this.#work(false);
      this.#dialog.close();
      this.#onSaved(saved);
    } catch (error) {
      this.#work(false);
      if (showFieldErrors(error, FIELDS)) return;
      this.#fail(await this.#failureWords(error));
    }
  }

  /** @param {unknown} error */
  async #failureWords(error) {
    if (error instanceof HttpProblem && error.slug === "too-many-plans") return t("medications.plan.too-many");
    if (!(error instanceof HttpProblem && error.status === 412) || !this.#plan) return errorMessage(error, { exists: t("medications.plan.changed") });
    try {
      // What somebody has just typed stays; they see that it replaces something.
      this.#plan = await getPlan(this.#plan.planId);
    } catch {
      // The next try finds out.
    }
    return t("medications.plan.changed.save");
  }

  /** @param {boolean} working */
  #work(working) {
    this.#busy = working;
    byId("plan-save", HTMLButtonElement).disabled = byId("plan-cancel", HTMLButtonElement).disabled = working;
  }

  /** @param {string} text */
  #fail(text) {
    setText("plan-failure", text);
    byId("plan-failure").hidden = !text;
  }
}

/** @param {number} own @returns {number[]} in minutes */
function graces(own) {
  return [...new Set([15, 30, 60, 120, 240, own])].sort((one, other) => one - other);
}

/** @param {number} minutes */
function graceWords(minutes) {
  return minutes % 60 === 0 ? t("medications.hours", { count: minutes / 60 }) : t("medications.minutes", { count: minutes });
}

/** @param {string} value @param {string} text */
function option(value, text) {
  const made = make("option", "", text);
  made.value = value;
  return made;
}
