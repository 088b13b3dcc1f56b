/** A patient's medicines, as a section of their chart. */
import { dateOf } from "../shell/dates.js";
import { byId, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { t } from "../shell/messages.js";
import { mayPlanForPatients } from "./access.js";
import { listDoses, listPlans } from "./api.js";
import { PlanList } from "./plan-list.js";
import { percentWords } from "./words.js";

/** @typedef {import("./api.js").Plan} Plan */

/** So many weeks clinicians see how much was taken. */
const WEEKS = 4;

/** @type {PlanList | null} */
let list = null;
/** How much of each plan was taken, in words. @type {Map<string, string>} */
const shares = new Map();

/**
 * Fills the chart's section `medicines`, for patients who sign in: nobody else could be reminded.
 * @param {import("../shell/users.js").User} user who looks at it
 * @param {string} patientId
 * @param {boolean} signsIn
 */
export async function drawMedicines(user, patientId, signsIn) {
  byId("medicines").hidden = !signsIn || !mayPlanForPatients(user);
  if (byId("medicines").hidden) return;
  setText("plans-said", "");
  try {
    /** @type {Plan[]} */
    let plans = await listPlans(patientId);
    const draw = () => {
      list?.draw(plans);
      byId("no-plans").hidden = plans.length > 0;
    };
    list ??= new PlanList({
      patientId,
      ownZone: false,
      factOf: (planId) => shares.get(planId) ?? "",
      onChanged: (plan) => {
        const isKnown = plans.some(({ planId }) => planId === plan.planId);
        plans = isKnown ? plans.map((each) => (each.planId === plan.planId ? plan : each)) : [plan, ...plans];
        plans = plans.filter(({ state }) => state !== "ended");
        draw();
      },
    });
    draw();
    for (const { planId } of plans) {
      const { taken, skipped, missed } = await listDoses(planId, dateOf(daysAgo(WEEKS * 7 - 1)), dateOf(new Date()));
      const all = taken + skipped + missed;
      if (all) shares.set(planId, t("medications.plan.share", { percent: percentWords(taken, all), count: WEEKS }));
    }
    draw();
  } catch (error) {
    setText("plans-said", errorMessage(error));
  }
}

/** @param {number} days */
function daysAgo(days) {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}
