/** Adding a person by their number. */
import { byId, complain, setText } from "../../shell/dom.js";
import { isSystemAdmin } from "../../shell/users.js";
import { readPhone } from "../phone-number.js";
import { HttpProblem } from "../../shell/http.js";
import { refusal, toldAtFields } from "../../shell/error-messages.js";
import { signed } from "../../shell/api.js";
import { chosenRoles, offerRoles } from "./role-picker.js";

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
    offerRoles(byId("add-roles"), this.#admin, ["clinician"]);
    this.#clear();
    this.#dialog.showModal();
    this.#phone.focus();
  }

  #clear() {
    for (const field of Object.values(FIELDS)) complain(field, "");
    byId("add-failure").hidden = true;
  }

  async #submit() {
    if (this.#busy) return;
    this.#clear();
    const read = readPhone(this.#phone.value);
    const roles = chosenRoles(byId("add-roles"));
    const facilityId = this.#facility.value.trim() || null;
    complain("add-phone", read.error);
    complain("add-roles", roles.length ? "" : "Choose at least one role.");
    complain("add-facility", facilityId ? "" : "Whoever is added needs a facility.");
    if (read.error) return this.#phone.focus();
    if (!roles.length) return byId("add-roles").querySelector("input")?.focus();
    if (!facilityId) return this.#facility.focus();
    this.#work(true);
    try {
      const user = await signed("POST", "/admin/users", { phone: read.phone, roles, facilityId });
      this.#dialog.close();
      this.#onAdded(user);
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#work(false);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    if (toldAtFields(error, FIELDS)) return;
    if (error instanceof HttpProblem && error.status === 409) {
      complain("add-phone", "Somebody with this number exists already. Find them by their number to change their roles.");
      return this.#phone.focus();
    }
    const failure = byId("add-failure");
    failure.textContent = refusal(error, { forbidden: "You may not add somebody with these roles or to this facility." });
    failure.hidden = false;
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.#busy = busy;
    byId("add-yes").setAttribute("aria-disabled", String(busy));
    setText("add-yes", busy ? "Adding…" : "Add person");
  }
}
