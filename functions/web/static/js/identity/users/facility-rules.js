/** The part of a facility's settings about its patients: the number that it knows them by, and how long photos stay. */
import { byId, showFieldError } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";

/** @typedef {import("openapi").FacilityDocument} Facility */

/** The form's field for each of the call's. */
export const RULE_FIELDS = { identifier: "facility-number", photoRetentionDays: "facility-days" };
const LONGEST_DAYS = 30;

export class FacilityRules {
  #part = byId("facility-rules");
  #kind = byId("facility-kind", HTMLSelectElement);
  #label = byId("facility-number", HTMLInputElement);
  #required = byId("facility-required", HTMLInputElement);
  #days = byId("facility-days", HTMLInputElement);

  /** @param {Pick<Facility, "identifier" | "photoRetentionDays"> | null} facility null for one that does not exist yet */
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
  }

  /** @returns {Partial<Pick<Facility, "identifier" | "photoRetentionDays">>} nothing for a facility that does not exist yet */
  read() {
    if (this.#part.hidden) return {};
    const label = cleanLine(this.#label.value);
    const days = this.#days.valueAsNumber;
    showFieldError("facility-number", label ? "" : t("identity.facility.number.missing"));
    const fits = Number.isInteger(days) && days >= 0 && days <= LONGEST_DAYS;
    showFieldError("facility-days", fits ? "" : t("identity.facility.days.wrong", { most: LONGEST_DAYS }));
    return {
      identifier: { system: this.#kind.value, label, required: this.#required.checked },
      photoRetentionDays: days,
    };
  }
}
