/** The part of a facility's settings about its patients: their number, how long photos stay, what cancelling costs, and the fee. */
import { byId, showFieldError } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";

/** @typedef {import("openapi").FacilityDocument} Facility */

/** The form's field for each of the call's. */
export const RULE_FIELDS = { identifier: "facility-number", photoRetentionDays: "facility-days", committedPhotoDays: "facility-committed", bookingPolicy: "facility-free", feePercent: "facility-fee" };
const LONGEST_DAYS = 30;
const LONGEST_COMMITTED_DAYS = 180;
/** Two weeks. */
const MOST_HOURS = 336;
const ALL = 100;

/** @typedef {Pick<Facility, "identifier" | "photoRetentionDays" | "committedPhotoDays" | "bookingPolicy" | "feePercent">} Rules */

export class FacilityRules {
  #part = byId("facility-rules");
  #kind = byId("facility-kind", HTMLSelectElement);
  #label = byId("facility-number", HTMLInputElement);
  #required = byId("facility-required", HTMLInputElement);
  #days = byId("facility-days", HTMLInputElement);
  #committed = byId("facility-committed", HTMLInputElement);
  #free = byId("facility-free", HTMLInputElement);
  #late = byId("facility-late", HTMLInputElement);
  #fee = byId("facility-fee", HTMLInputElement);
  /** Whether nobody has chosen a fee. */
  #usualFee = true;

  /** @param {boolean} maySetFee */
  constructor(maySetFee) {
    this.#fee.disabled = !maySetFee;
    byId("facility-fee-part").hidden = !maySetFee;
  }

  /** @param {Rules | null} facility null for one that does not exist yet */
  draw(facility) {
    this.#part.hidden = !facility;
    if (!facility) return;
    const { system, label, required } = facility.identifier;
    const kinds = new Map([["nhi", t("identity.facility.nhi")], ["mrn", t("identity.facility.own-number")]]);
    if (!kinds.has(system)) kinds.set(system, label);
    this.#kind.replaceChildren(...[...kinds].map(([code, name]) => new Option(name, code)));
    this.#kind.value = system;
    this.#label.value = label;
    this.#required.checked = required;
    this.#days.value = String(facility.photoRetentionDays);
    this.#committed.value = String(facility.committedPhotoDays);
    this.#free.value = String(facility.bookingPolicy.freeUntilHours);
    this.#late.value = String(facility.bookingPolicy.lateRefundPercent);
    this.#usualFee = facility.feePercent === null;
    this.#fee.value = String(facility.feePercent ?? "");
  }

  /** @returns {Partial<Rules>} nothing for a facility that does not exist yet */
  read() {
    if (this.#part.hidden) return {};
    const label = cleanLine(this.#label.value);
    showFieldError("facility-number", label ? "" : t("identity.facility.number.missing"));
    showFieldError("facility-days", fits(this.#days, LONGEST_DAYS) ? "" : t("identity.facility.days.wrong", { most: LONGEST_DAYS }));
    showFieldError("facility-committed", fits(this.#committed, LONGEST_COMMITTED_DAYS) ? "" : t("identity.facility.days.wrong", { most: LONGEST_COMMITTED_DAYS }));
    showFieldError("facility-free", fits(this.#free, MOST_HOURS) ? "" : t("identity.facility.free.wrong", { most: MOST_HOURS }));
    showFieldError("facility-late", fits(this.#late, ALL) ? "" : t("identity.facility.late.wrong", { most: ALL }));
    const isUsual = !this.#fee.value && !this.#fee.validity.badInput;
    const leavesFee = this.#fee.disabled || (this.#usualFee && isUsual);
    showFieldError("facility-fee", leavesFee || isUsual || fits(this.#fee, ALL) ? "" : t("identity.facility.late.wrong", { most: ALL }));
    return {
      ...(leavesFee ? {} : { feePercent: isUsual ? null : this.#fee.valueAsNumber }),
      identifier: { system: this.#kind.value, label, required: this.#required.checked },
      photoRetentionDays: this.#days.valueAsNumber,
      committedPhotoDays: this.#committed.valueAsNumber,
      bookingPolicy: { freeUntilHours: this.#free.valueAsNumber, lateRefundPercent: this.#late.valueAsNumber },
    };
  }
}

/**
 * @param {HTMLInputElement} field
 * @param {number} most
 */
function fits({ valueAsNumber: value }, most) {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
