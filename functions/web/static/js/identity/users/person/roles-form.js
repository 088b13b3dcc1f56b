/** A person's roles, as an administrator gives and takes them. */
import { apiCall } from "../../../shell/api.js";
import { confirmDialog } from "../../../shell/confirm-dialog.js";
import { byId, setText, showFieldError } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { nameOf, roleNames } from "../../../shell/users.js";
import { drawRoles, selectedRoles } from "../role-picker.js";
import { refusal } from "./changes.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class RolesForm {
  #changes;
  #admin;
  #boxes = byId("manage-roles");

  /**
   * @param {import("./changes.js").PersonChanges} changes
   * @param {User} admin
   */
  constructor(changes, admin) {
    this.#changes = changes;
    this.#admin = admin;
    this.#boxes.addEventListener("change", () => this.drawSave());
    byId("roles-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /**
   * @param {User} user
   * @param {{mine: boolean, above: boolean}} who nobody changes their own roles, nor those of people above them
   */
  draw(user, { mine, above }) {
    drawRoles(this.#boxes, this.#admin, user.roles, mine || above);
    setText("roles-why", mine ? t("identity.people.roles.own") : t("identity.people.roles.above"));
    byId("roles-why").hidden = !(mine || above);
    byId("roles-save").hidden = mine || above;
    this.drawSave();
  }

  drawSave() {
    const { user, busy } = this.#changes;
    const chosen = selectedRoles(this.#boxes);
    const same = chosen.length === user?.roles.length && chosen.every((role) => user?.roles.includes(role));
    byId("roles-save", HTMLButtonElement).disabled = busy || same;
    showFieldError("manage-roles", chosen.length ? "" : t("identity.people.roles.missing"));
  }

  async #save() {
    const { user } = this.#changes;
    const roles = selectedRoles(this.#boxes);
    if (!user || !roles.length) return;
    const path = `/users/${encodeURIComponent(user.userId)}/roles`;
    /** @param {unknown} error */
    const whyNot = (error) => refusal(error, t("identity.people.roles.too-many"));
    const act = () => this.#changes.make(() => apiCall("PUT", path, { roles }), t("identity.people.roles.saved"));
    const taken = user.roles.filter((role) => !roles.includes(role));
    if (!taken.length) return this.#changes.attempt(act, whyNot);
    await confirmDialog({
      title: t("identity.people.roles.take.title", { name: nameOf(user) }),
      text: t("identity.people.roles.take.text", { roles: roleNames(taken) }),
      yes: t("identity.people.roles.take"),
      failed: (error) => t("identity.unchanged", { why: whyNot(error) }),
      act,
    });
  }
}
