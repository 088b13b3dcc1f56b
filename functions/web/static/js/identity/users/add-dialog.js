/** The dialog that adds a person by phone number. */
import { apiCall } from "../../shell/api.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage, showFieldErrors } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanLine } from "../../shell/text.js";
import { isSystemAdmin } from "../../shell/users.js";
import { parsePhoneNumber } from "../phone-number.js";
import { selectedRoles, drawRoles } from "./role-picker.js";

/** @typedef {import("../../shell/users.js").User} User */

const FIELDS = { phone: "add-phone", roles: "add-roles", facilityId: "add-facility" };

export class AddDialog {
  #admin;
  #onAdded;
  #dialog = byId("add", HTMLDialogElement);
  #phone = byId("add-phone", HTMLInputElement);
  #facility = byId("add-facility", HTMLInputElement);
  #busy = false;

  /**
   * @param {User} admin
   * @param {(user: User) => void} onAdded
   */
  constructor(admin, onAdded) {
    this.#admin = admin;
    this.#onAdded = onAdded;
    const free = isSystemAdmin(admin);
    byId("add-facility-field").hidden = !free;
    setText("add-facility-fixed", free ? "" : `They belong to your facility, ${admin.facilityId ?? "which is not set"}.`);
    byId("add-facility-fixed").hidden = free;
    byId("add-cancel").addEventListener("click", () => this.#dialog.close());
    byId("add-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  open() {
    this.#phone.value = "";
    this.#facility.value = this.#admin.facilityId ?? "";
    drawRoles(byId("add-roles"), this.#admin, ["clinician"]);
    this.#clear();
    this.#dialog.showModal();
    this.#phone.focus();
  }

  #clear() {
    for (const field of Object.values(FIELDS)) showFieldError(field, "");
    byId("add-failure").hidden = true;
  }

  async #submit() {
    if (this.#busy) return;
    this.#clear();
    const read = parsePhoneNumber(this.#phone.value);
    const roles = selectedRoles(byId("add-roles"));
    const facilityId = cleanLine(this.#facility.value) || null;
    showFieldError("add-phone", read.error);
    showFieldError("add-roles", roles.length ? "" : "Choose at least one role.");
    showFieldError("add-facility", facilityId ? "" : "Enter a facility.");
    if (read.error) return this.#phone.focus();
    if (!roles.length) return byId("add-roles").querySelector("input")?.focus();
    if (!facilityId) return this.#facility.focus();
    this.#setBusy(true);
    try {
      const user = await apiCall("POST", "/admin/users", { phone: read.phone, roles, facilityId });
      this.#dialog.close();
      this.#onAdded(user);
    } catch (error) {
      this.#showError(error);
    } finally {
      this.#setBusy(false);
    }
  }

  /** @param {unknown} error */
  #showError(error) {
    if (showFieldErrors(error, FIELDS)) return;
    if (error instanceof HttpProblem && error.status === 409) {
      showFieldError("add-phone", "Somebody with this number exists already. Find them by their number to change their roles.");
      return this.#phone.focus();
    }
    const failure = byId("add-failure");
    failure.textContent = errorMessage(error, { forbidden: "You may not add somebody with these roles or to this facility." });
    failure.hidden = false;
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    byId("add-yes").setAttribute("aria-disabled", String(busy));
    setText("add-yes", busy ? "Adding…" : "Add person");
  }
}
