/** The dialog that adds a person to a facility, by phone number. */
import { apiCall } from "../../shell/api.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { facilityWithCode } from "../../shell/users.js";
import { readPhoneNumber } from "../phone-number.js";
import { selectedRoles, drawRoles } from "./role-picker.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {{facilityId: string, facilityName: string | null, isEmpty: boolean}} Place where the person belongs;
 *   `isEmpty`: nobody else does yet
 */

const FIELDS = { displayName: "add-name", phone: "add-phone", roles: "add-roles" };

export class AddDialog {
  #admin;
  #onAdded;
  #dialog = byId("add", HTMLDialogElement);
  #phone = byId("add-phone", HTMLInputElement);
  #name = byId("add-name", HTMLInputElement);
  #facilityId = "";
  #busy = false;

  /**
   * @param {User} admin
   * @param {(user: User, invitation: string) => void} onAdded `invitation`: what came of it, "" if there was none
   */
  constructor(admin, onAdded) {
    this.#admin = admin;
    this.#onAdded = onAdded;
    byId("add-cancel").addEventListener("click", () => this.#dialog.close());
    byId("add-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** @param {Place} place */
  open(place) {
    this.#facilityId = place.facilityId;
    this.#name.value = "";
    this.#phone.value = "";
    byId("add-invite", HTMLInputElement).checked = true;
    setText("add-facility-fixed", t("identity.people.add.place", { facility: facilityWithCode(place) }));
    // A facility's first person has to be able to add the others.
    drawRoles(byId("add-roles"), this.#admin, [place.isEmpty ? "facilityAdmin" : "clinician"]);
    this.#clear();
    this.#dialog.showModal();
    this.#name.focus();
  }

  #clear() {
    for (const field of Object.values(FIELDS)) showFieldError(field, "");
    byId("add-failure").hidden = true;
  }

  async #submit() {
    if (this.#busy) return;
    this.#clear();
    const read = readPhoneNumber(this.#phone.value);
    const displayName = cleanLine(this.#name.value);
    const roles = selectedRoles(byId("add-roles"));
    showFieldError("add-name", displayName ? "" : t("identity.people.name.missing"));
    showFieldError("add-phone", read.error);
    showFieldError("add-roles", roles.length ? "" : t("identity.people.roles.missing"));
    if (!displayName) return this.#name.focus();
    if (read.error) return this.#phone.focus();
    if (!roles.length) return byId("add-roles").querySelector("input")?.focus();
    this.#setBusy(true);
    try {
      const user = await apiCall("POST", "/admin/users", { phone: read.phone, displayName, roles, facilityId: this.#facilityId });
      const invited = byId("add-invite", HTMLInputElement).checked ? await this.#invite(user) : null;
      this.#dialog.close();
      this.#onAdded(invited?.user ?? user, invited?.said ?? "");
    } catch (error) {
      this.#showError(error);
    } finally {
      this.#setBusy(false);
    }
  }

  /**
   * Whoever was added stays added if the message fails.
   * @param {User} user
   */
  async #invite(user) {
    try {
      const invited = await apiCall("POST", `/admin/users/${encodeURIComponent(user.userId)}/invite`);
      return { user: invited, said: t("identity.invite.sent") };
    } catch (error) {
      const knows = error instanceof HttpProblem && error.slug === "user-in-use";
      return { user, said: knows ? "" : t("identity.invite.failed", { failure: errorMessage(error) }) };
    }
  }

  /** @param {unknown} error */
  #showError(error) {
    if (showFieldErrors(error, FIELDS)) return;
    if (error instanceof HttpProblem && error.status === 409) {
      showFieldError("add-phone", t("identity.people.add.exists"));
      return this.#phone.focus();
    }
    const failure = byId("add-failure");
    failure.textContent = errorMessage(error, { forbidden: t("identity.people.add.forbidden") });
    failure.hidden = false;
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    byId("add-yes").setAttribute("aria-disabled", String(busy));
    setText("add-yes", busy ? t("identity.people.adding") : t("identity.people.add"));
  }
}
