/** The way to the payment provider's check of an identity document, for clinicians who wait to be verified here. */
import { apiCall, apiGet } from "../../shell/api.js";
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { isClinician, isVerifiedClinician } from "../../shell/users.js";

/** @typedef {import("openapi").PayoutAccountDocument["identity"]} Identity */

/** @type {Record<Identity["state"], () => string>} */
const STATES = {
  none: () => t("identity.check.none"),
  requires_input: () => t("identity.check.open"),
  processing: () => t("identity.check.processing"),
  verified: () => t("identity.check.verified"),
  canceled: () => t("identity.check.none"),
};
const button = byId("identity-open", HTMLButtonElement);

/** Shows the section once it is known how the check stands. @param {import("../../shell/users.js").User} user */
export async function showIdentityCheck(user) {
  if (!isClinician(user) || isVerifiedClinician(user) || !user.facilityId) return;
  const path = `/practitioners/${encodeURIComponent(user.userId)}`;
  try {
    /** @type {import("openapi").PayoutAccountDocument} */
    const { identity } = await apiGet(`${path}/payout-account`);
    setText("identity-state", identity.problem ? t("identity.check.failed") : STATES[identity.state]());
    button.hidden = ["verified", "processing"].includes(identity.state);
  } catch {
    return; // the rest of the page is there all the same
  }
  byId("identity").hidden = false;
  button.onclick = () => void leave(path);
}

/** @param {string} path */
async function leave(path) {
  button.disabled = true;
  setText("identity-said", t("identity.check.opening"));
  try {
    const { url } = await apiCall("POST", `${path}/identity-verification`);
    if (url) return location.assign(url);
    location.reload();
  } catch (error) {
    button.disabled = false;
    const isOff = error instanceof HttpProblem && error.slug === "payments-not-ready";
    setText("identity-said", isOff ? t("identity.check.not-ready") : errorMessage(error));
  }
}
