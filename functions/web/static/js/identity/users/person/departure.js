/** A person's departure: their account is deactivated, with or without their visits, and activated again. */
import { apiCall } from "../../../shell/api.js";
import { confirmDialog } from "../../../shell/confirm-dialog.js";
import { byId, setText } from "../../../shell/dom.js";
import { formatDateTime } from "../../../shell/format.js";
import { t } from "../../../shell/messages.js";
import { isSystemAdmin, nameOf } from "../../../shell/users.js";
import { cancelVisits, comingVisits } from "../visits-of.js";
import { refusal } from "./changes.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class Departure {
  #changes;
  #admin;
  /** What is booked with the person; null while that is not known. @type {import("../visits-of.js").Visit[] | null} */
  #visits = null;

  /**
   * @param {import("./changes.js").PersonChanges} changes
   * @param {User} admin
   */
  constructor(changes, admin) {
    this.#changes = changes;
    this.#admin = admin;
    byId("deactivate").addEventListener("click", () => void this.#deactivate());
    byId("reactivate").addEventListener("click", () => void this.#reactivate());
  }

  /**
   * @param {User} user
   * @param {boolean} fixed
   */
  draw({ deactivatedAt }, fixed) {
    byId("leaving").hidden = fixed;
    byId("deactivate").hidden = deactivatedAt !== null;
    byId("reactivate").hidden = deactivatedAt === null;
    setText(
      "leaving-text",
      deactivatedAt ? t("identity.leaving.since", { time: formatDateTime(deactivatedAt) }) : t("identity.leaving.hint"),
    );
  }

  /** @param {User} user */
  async drawVisits(user) {
    this.#visits = null;
    byId("visits-text").hidden = byId("visits-choice").hidden = true;
    byId("visits-cancel", HTMLInputElement).checked = false;
    // Nobody lists visits of all facilities.
    if (isSystemAdmin(this.#admin) || user.deactivatedAt) return;
    let visits;
    try {
      visits = await comingVisits(user.userId);
    } catch {
      visits = null;
    }
    if (this.#changes.user?.userId !== user.userId) return;
    this.#visits = visits;
    const count = visits?.length ?? 0;
    setText(
      "visits-text",
      visits ? (count ? t("identity.leaving.visits", { count }) : t("identity.leaving.visits-none")) : t("identity.leaving.visits-unknown"),
    );
    setText("visits-label", t("identity.leaving.cancel-visits", { count }));
    byId("visits-text").hidden = false;
    byId("visits-choice").hidden = !count;
  }

  async #deactivate() {
    const { user } = this.#changes;
    if (!user) return;
    const visits = this.#visits ?? [];
    const cancels = visits.length > 0 && byId("visits-cancel", HTMLInputElement).checked;
    const count = visits.length;
    const ofVisits = cancels
      ? t("identity.leaving.visits-cancelled", { count })
      : count
        ? t("identity.leaving.visits-kept", { count })
        : t("identity.leaving.visits-stay");
    const done = await confirmDialog({
      title: t("identity.leaving.title", { name: nameOf(user) }),
      text: t("identity.leaving.text", { visits: ofVisits }),
      yes: t("identity.leaving.deactivate"),
      failed: (error) => {
        const why = refusal(error);
        return cancels ? t("identity.leaving.failed-partly", { why }) : t("identity.leaving.failed", { why });
      },
      act: async () => {
        if (cancels) await cancelVisits(visits, t("identity.leaving.reason"));
        await this.#setActive(user, false, t("identity.leaving.deactivated"));
      },
    });
    if (done) await this.drawVisits(this.#changes.user ?? user);
  }

  async #reactivate() {
    const { user } = this.#changes;
    if (!user) return;
    await this.#changes.attempt(
      () => this.#setActive(user, true, t("identity.leaving.reactivated")),
      (error) => refusal(error),
    );
    void this.drawVisits(this.#changes.user ?? user);
  }

  /**
   * @param {User} user
   * @param {boolean} active
   * @param {string} done
   */
  #setActive(user, active, done) {
    const path = `/admin/users/${encodeURIComponent(user.userId)}/active`;
    return this.#changes.make(() => apiCall("PUT", path, { active }), done);
  }
}
