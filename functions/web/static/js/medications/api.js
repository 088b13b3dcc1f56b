/** The calls about medicines: plans, and their doses. */
import { apiCall, apiGet } from "../shell/api.js";

/**
 * @typedef {import("openapi").PlanDocument} Plan
 * @typedef {import("openapi").DoseDocument} Dose
 * @typedef {import("openapi").RuleDocument} Rule
 * @typedef {import("openapi").RuleRequest} RuleRequest
 * @typedef {import("openapi").AdherenceDocument} Tally
 * @typedef {import("openapi").CareDocument} Care
 */

/** At most this many pages of plans are read. */
const PAGES = 10;

/** @param {string} [patientId] whose, for clinicians; the reader's own without it @returns {Promise<Plan[]>} */
export async function listPlans(patientId) {
  /** @type {Plan[]} */
  const found = [];
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    const query = String(new URLSearchParams({ ...(patientId ? { patientId } : {}), ...(cursor ? { cursor } : {}) }));
    /** @type {import("openapi").PlanListDocument} */
    const answer = await apiGet(`/plans${query && `?${query}`}`);
    found.push(...answer.plans);
    cursor = answer.cursor ?? "";
    if (!cursor) break;
  }
  return found;
}

/** @param {string} planId @returns {Promise<Plan>} */
export function getPlan(planId) {
  return apiGet(`/plans/${encodeURIComponent(planId)}`);
}

/**
 * @param {string} planId
 * @param {string} first a date, such as 2026-12-01, on the plan's clock
 * @param {string} last
 * @returns {Promise<import("openapi").DoseListDocument>}
 */
export function listDoses(planId, first, last) {
  return apiGet(`/plans/${encodeURIComponent(planId)}/doses?${new URLSearchParams({ from: first, to: last })}`);
}

/**
 * @param {import("openapi").PlanRequest} plan
 * @param {string} key the same for each try, so that a lost answer plans nothing twice
 * @returns {Promise<Plan>}
 */
export function createPlan(plan, key) {
  return apiCall("POST", "/plans", plan, { "idempotency-key": key });
}

/**
 * @param {Plan} plan as it was shown
 * @param {import("openapi").PlanChangeRequest} change
 * @returns {Promise<Plan>}
 */
export function changePlan({ planId, version }, change) {
  return apiCall("PATCH", `/plans/${encodeURIComponent(planId)}`, change, { "if-match": `"${version}"` });
}

/** @param {Plan} plan as it was shown @returns {Promise<Plan>} */
export function endPlan({ planId, version }) {
  return apiCall("DELETE", `/plans/${encodeURIComponent(planId)}`, undefined, { "if-match": `"${version}"` });
}

/** @param {Plan} plan @param {"pause" | "resume"} step @returns {Promise<Plan>} */
export function stepPlan({ planId }, step) {
  return apiCall("POST", `/plans/${encodeURIComponent(planId)}/${step}`);
}

/** @param {string} doseId @returns {Promise<import("openapi").DoseAnswerDocument>} */
export function undoDose(doseId) {
  return apiCall("POST", `/doses/${encodeURIComponent(doseId)}/undo`);
}

/** @returns {Promise<import("openapi").CarerListDocument>} who helps the reader, and whom they help */
export function listCarers() {
  return apiGet("/carers");
}

/** @param {import("openapi").CarerRequest} whom @returns {Promise<Care>} */
export function askCarer(whom) {
  return apiCall("POST", "/carers", whom);
}

/** @param {Care} care @param {"accept" | "decline" | "end"} step @returns {Promise<Care>} */
export function stepCare({ careId }, step) {
  return apiCall("POST", `/carers/${encodeURIComponent(careId)}/${step}`);
}
