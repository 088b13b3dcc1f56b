/** The dialog in which an administrator manages one person; each of its sections is a module. */
import { byId, setText } from "../../../shell/dom.js";
import { formatDateTime } from "../../../shell/format.js";
import { isolated, t } from "../../../shell/messages.js";
import { facilityWithCode, isSystemAdmin, nameOf } from "../../../shell/users.js";
import { userBadges } from "../user-row.js";
import { Access } from "./access.js";
import { PersonChanges } from "./changes.js";
import { Departure } from "./departure.js";
import { NameForm } from "./name-form.js";
import { Review } from "./review.js";
import { RolesForm } from "./roles-form.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class ManageDialog {
  #admin;
  #dialog = byId("manage", HTMLDialogElement);
  #changes;
  #name;
  #roles;
  #review;
  #access;
  #departure;

  /**
   * @param {User} admin
   * @param {(user: User) => void} onChanged
   * @param {(user: User) => void} onRemoved
   */
  constructor(admin, onChanged, onRemoved) {
    this.#admin = admin;
    this.#changes = new PersonChanges(
      (user) => {
        this.#draw(user);
        onChanged(user);
      },
      () => this.#drawSave(),
    );
    this.#name = new NameForm(this.#changes);
    this.#roles = new RolesForm(this.#changes, admin);
    this.#review = new Review(this.#changes);
    this.#access = new Access(this.#changes, (user) => {
      this.#dialog.close();
      onRemoved(user);
    });
    this.#departure = new Departure(this.#changes, admin);
    byId("manage-close").addEventListener("click", () => this.#dialog.close());
  }

  /** Id of the person that the dialog shows, or showed last. */
  get openedId() {
    return this.#changes.user?.userId ?? "";
  }

  /** @param {User} user */
  open(user) {
    this.#review.begin();
    this.#draw(user);
    this.#changes.say("", "");
    void this.#departure.drawVisits(user);
    void this.#review.drawIdentity(user);
    this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    byId("manage-title").focus();
  }

  /** @param {User} user */
  #draw(user) {
    this.#changes.user = user;
    const mine = user.userId === this.#admin.userId;
    const above = isSystemAdmin(user) && !isSystemAdmin(this.#admin);
    setText("manage-title", nameOf(user));
    byId("manage-badges").replaceChildren(...userBadges(user));
    setText("manage-phone", isolated(user.phone ?? "") || t("identity.not-known"));
    setText("manage-facility", facilityWithCode(user) || t("shell.none"));
    setText("manage-created", formatDateTime(user.createdAt));
    setText("manage-last", formatDateTime(user.lastSignInAt));
    this.#roles.draw(user, { mine, above });
    this.#review.draw(user);
    this.#access.draw(user, { mine, above });
    this.#name.draw(user, above);
    this.#departure.draw(user, mine || above);
  }

  #drawSave() {
    this.#roles.drawSave();
    this.#name.drawSave();
  }
}
