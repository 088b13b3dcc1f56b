/** A person's name, as an administrator corrects it. */
import { apiCall } from "../../../shell/api.js";
import { byId, showFieldError } from "../../../shell/dom.js";
import { t } from "../../../shell/messages.js";
import { cleanLine } from "../../../shell/text.js";
import { refusal } from "./changes.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class NameForm {
  #changes;
  #field = byId("manage-name", HTMLInputElement);

  /** @param {import("./changes.js").PersonChanges} changes */
  constructor(changes) {
    this.#changes = changes;
    this.#field.addEventListener("input", () => this.drawSave());
    byId("name-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /**
   * @param {User} user
   * @param {boolean} fixed
   */
  draw(user, fixed) {
    byId("name-form").hidden = fixed;
    this.#field.value = user.displayName ?? "";
    showFieldError("manage-name", "");
    this.drawSave();
  }

  drawSave() {
    const { user, busy } = this.#changes;
    const name = cleanLine(this.#field.value);
    byId("name-save", HTMLButtonElement).disabled = busy || !name || name === user?.displayName;
  }

  async #save() {
    const { user } = this.#changes;
    const displayName = cleanLine(this.#field.value);
    if (!user || !displayName || displayName === user.displayName) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}`;
    await this.#changes.attempt(
      () => this.#changes.make(() => apiCall("PATCH", path, { displayName }), t("identity.people.name.saved")),
      (error) => refusal(error),
    );
  }
}
