/** A patient's medicines, as a section of their chart. */
import { byId, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { mayPlanForPatients } from "./access.js";
import { listPlans } from "./api.js";
import { PlanList } from "./plan-list.js";

/** @typedef {import("./api.js").Plan} Plan */

/** @type {PlanList | null} */
let list = null;

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
      onChanged: (plan) => {
        plans = [...plans.filter(({ planId }) => planId !== plan.planId), ...(plan.state === "ended" ? [] : [plan])];
        draw();
      },
    });
    draw();
  } catch (error) {
    setText("plans-said", errorMessage(error));
  }
}
