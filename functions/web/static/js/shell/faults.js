/** What the server found wrong with single fields, in the page's language. */
import { locale, t } from "./messages.js";

/**
 * @typedef {NonNullable<import("openapi").InvalidRequestProblem["errors"]>[number]} Fault
 * @typedef {{field: string, message: string, code?: Fault["code"], limit?: number}} FaultLike
 */

/**
 * @param {FaultLike | undefined} fault undefined: the server has named no field
 * @returns {string}
 */
export function faultMessage(fault) {
  const known = fault?.code && fault.code !== "invalid" ? wordsOf(fault.limit ?? 0)[fault.code] : "";
  // The server's own remarks are in English.
  return known || (locale.startsWith("en") && fault?.message) || t("shell.fault");
}

/**
 * @param {number} limit
 * @returns {Record<Exclude<Fault["code"], "invalid">, string>}
 */
function wordsOf(limit) {
  return {
    missing: t("shell.fault.missing"),
    empty: t("shell.fault.missing"),
    text: t("shell.fault.text"),
    "too-long": t("shell.fault.too-long", { limit }),
    "too-short": t("shell.fault.too-short", { limit }),
    "too-many": t("shell.fault.too-many", { limit }),
    "too-few": t("shell.fault.too-few", { limit }),
    "too-small": t("shell.fault.too-small", { limit }),
    "too-large": t("shell.fault.too-large", { limit }),
    "whole-number": t("shell.fault.whole-number"),
    date: t("shell.fault.date"),
    "date-and-time": t("shell.fault.date-and-time"),
    past: t("shell.fault.past"),
    future: t("shell.fault.future"),
    choice: t("shell.fault.choice"),
    identifier: t("shell.fault.identifier"),
    "name-taken": t("shell.fault.name-taken"),
    "only-one": t("shell.fault.only-one"),
    fixed: t("shell.fault.fixed"),
    phone: t("shell.fault.phone"),
    "phone-abroad": t("shell.fault.phone-abroad"),
    "country-not-served": t("shell.fault.country-not-served"),
    "number-not-served": t("shell.fault.number-not-served"),
    "no-phone": t("shell.fault.no-phone"),
    country: t("shell.fault.country"),
    currency: t("shell.fault.currency"),
    "time-zone": t("shell.fault.time-zone"),
    "no-facility": t("shell.fault.no-facility"),
    "not-a-clinician": t("shell.fault.not-a-clinician"),
    "no-practitioner": t("shell.fault.no-practitioner"),
    "no-patient": t("shell.fault.no-patient"),
    "no-sign-in": t("shell.fault.no-sign-in"),
    "same-person": t("shell.fault.same-person"),
    "not-ahead": t("shell.fault.not-ahead"),
    nhi: t("shell.fault.nhi"),
    "hours-order": t("shell.fault.hours-order"),
    "hours-overlap": t("shell.fault.hours-overlap"),
    "mail-address": t("shell.fault.mail-address"),
    "mail-refused": t("shell.fault.mail-refused"),
    "quiet-hours": t("shell.fault.quiet-hours"),
    "somebody-else": t("shell.fault.somebody-else"),
    "enough-carers": t("shell.fault.enough-carers"),
    "no-times": t("shell.fault.no-times"),
    "no-hours": t("shell.fault.no-hours"),
    "dates-order": t("shell.fault.dates-order"),
    "no-dose": t("shell.fault.no-dose"),
    "next-dose": t("shell.fault.next-dose"),
  };
}
