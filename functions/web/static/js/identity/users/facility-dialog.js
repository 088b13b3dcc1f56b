/** The dialog that adds a facility, or changes its settings. */
import { apiCall } from "../../shell/api.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem, exchange } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { withAccessToken } from "../../shell/tokens.js";
import { countries, likelyCountry, timeZones } from "./countries.js";
import { FacilityRules, RULE_FIELDS } from "./facility-rules.js";

/** @typedef {import("openapi").FacilityDocument} Facility */

const FIELDS = {
  name: "facility-name",
  facilityId: "facility-code",
  country: "facility-country",
  timeZone: "facility-zone",
  ...RULE_FIELDS,
};
/** What the server takes as a facility's code. */
const CODE_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;

export class FacilityDialog {
  #onSaved;
  #dialog = byId("facility", HTMLDialogElement);
  #name = byId("facility-name", HTMLInputElement);
  #code = byId("facility-code", HTMLInputElement);
  #country = byId("facility-country", HTMLSelectElement);
  #zone = byId("facility-zone", HTMLInputElement);
  #rules;
  /** The version that was read; "0" for a facility that does not exist yet. */
  #etag = "";
  #isNew = false;
  #busy = false;

  /**
   * @param {boolean} maySetFee whether the administrator decides on fees of facilities
   * @param {(facility: Facility) => void} onSaved
   */
  constructor(maySetFee, onSaved) {
    this.#rules = new FacilityRules(maySetFee);
    this.#onSaved = onSaved;
    this.#country.append(new Option(t("identity.facility.country.choose"), ""), ...countries().map(({ code, name }) => new Option(name, code)));
    byId("facility-zones").replaceChildren(...timeZones().map((zone) => new Option(zone)));
    byId("facility-cancel").addEventListener("click", () => this.#dialog.close());
    byId("facility-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** Opens the empty form. */
  add() {
    this.#open({ facilityId: "", name: "", country: likelyCountry(), timeZone: localZone() }, '"0"');
  }

  /**
   * Opens the form with a facility's settings, or an empty one for a facility without.
   * @param {string} facilityId
   * @throws what the call throws
   */
  async change(facilityId) {
    try {
      const path = `/admin/facilities/${encodeURIComponent(facilityId)}`;
      const { body, etag } = await withAccessToken((token) => exchange("GET", path, { token }));
      this.#open(body, etag, body);
    } catch (error) {
      if (!(error instanceof HttpProblem && error.slug === "facility-not-found")) throw error;
      this.#open({ facilityId, name: "", country: likelyCountry(), timeZone: localZone() }, '"0"');
    }
  }

  /**
   * @param {import("./facilities.js").Facility} facility
   * @param {string} etag
   * @param {Facility | null} [known] null for one that does not exist yet
   */
  #open({ facilityId, name, country, timeZone }, etag, known = null) {
    this.#etag = etag;
    this.#isNew = !facilityId;
    this.#name.value = name;
    this.#code.value = facilityId;
    this.#code.readOnly = !this.#isNew;
    this.#country.value = country;
    this.#zone.value = timeZone;
    this.#rules.draw(known);
    setText("facility-title", this.#isNew ? t("identity.facility.add.title") : t("identity.facility.settings"));
    setText("facility-code-hint", this.#isNew ? t("identity.facility.code.hint") : "");
    this.#setBusy(false);
    this.#clear();
    this.#dialog.showModal();
    this.#name.focus();
  }

  #clear() {
    for (const field of Object.values(FIELDS)) showFieldError(field, "");
    byId("facility-failure").hidden = true;
  }

  async #submit() {
    if (this.#busy) return;
    this.#clear();
    const facilityId = cleanLine(this.#code.value);
    const settings = {
      name: cleanLine(this.#name.value),
      country: this.#country.value,
      timeZone: cleanLine(this.#zone.value),
      ...this.#rules.read(),
    };
    showFieldError("facility-name", settings.name ? "" : t("identity.facility.name.missing"));
    showFieldError("facility-code", CODE_PATTERN.test(facilityId) ? "" : t("identity.facility.code.wrong"));
    showFieldError("facility-country", settings.country ? "" : t("identity.facility.country.missing"));
    showFieldError("facility-zone", settings.timeZone ? "" : t("identity.facility.zone.missing"));
    const wrong = this.#dialog.querySelector("[aria-invalid=true]");
    if (wrong instanceof HTMLElement) return wrong.focus();
    this.#setBusy(true);
    try {
      const path = `/admin/facilities/${encodeURIComponent(facilityId)}`;
      const facility = await apiCall("PUT", path, settings, { "if-match": this.#etag });
      this.#dialog.close();
      this.#onSaved(facility);
    } catch (error) {
      this.#showError(error);
    } finally {
      this.#setBusy(false);
    }
  }

  /** @param {unknown} error */
  #showError(error) {
    if (showFieldErrors(error, FIELDS)) return;
    const exists = error instanceof HttpProblem && error.status === 412;
    if (exists && this.#isNew) {
      showFieldError("facility-code", t("identity.facility.code.taken"));
      return this.#code.focus();
    }
    const failure = byId("facility-failure");
    failure.textContent = exists
      ? t("identity.facility.stale")
      : errorMessage(error, { forbidden: t("identity.facility.forbidden") });
    failure.hidden = false;
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    byId("facility-yes").setAttribute("aria-disabled", String(busy));
    setText("facility-yes", busy ? t("shell.saving") : this.#isNew ? t("identity.facility.add") : t("shell.save"));
  }
}

function localZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
