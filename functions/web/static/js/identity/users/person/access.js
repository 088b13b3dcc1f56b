/** How a person gets in: their invitation, a lock after wrong codes, a lost phone, a mistyped number. */
import { apiCall } from "../../../shell/api.js";
import { confirmDialog } from "../../../shell/confirm-dialog.js";
import { byId, setText } from "../../../shell/dom.js";
import { formatDateTime } from "../../../shell/format.js";
import { HttpProblem } from "../../../shell/http.js";
import { t } from "../../../shell/messages.js";
import { nameOf } from "../../../shell/users.js";
import { refusal } from "./changes.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class Access {
  #changes;
  #onRemoved;

  /**
   * @param {import("./changes.js").PersonChanges} changes
   * @param {(user: User) => void} onRemoved
   */
  constructor(changes, onRemoved) {
    this.#changes = changes;
    this.#onRemoved = onRemoved;
    byId("invite").addEventListener("click", () => void this.#invite());
    byId("unlock").addEventListener("click", () => void this.#unlock());
    byId("kill").addEventListener("click", () => void this.#signOutEverywhere());
    byId("remove").addEventListener("click", () => void this.#remove());
  }

  /**
   * @param {User} user
   * @param {{mine: boolean, above: boolean}} who
   */
  draw(user, { mine, above }) {
    byId("locked").hidden = !user.locked || above;
    setText("locked-until", formatDateTime(user.lockedUntil));
    byId("lost").hidden = mine;
    byId("mistyped").hidden = mine || above || !user.removable;
    byId("invitation").hidden = mine || above || !user.removable || user.deactivatedAt !== null;
    setText(
      "invitation-text",
      user.invitedAt ? t("identity.invite.hint", { time: formatDateTime(user.invitedAt) }) : t("identity.invite.hint-none"),
    );
  }

  async #invite() {
    const { user } = this.#changes;
    if (!user) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}/invite`;
    await this.#changes.attempt(
      () => this.#changes.make(() => apiCall("POST", path), t("identity.invite.done")),
      (error) => (isInUse(error) ? t("identity.invite.in-use") : refusal(error, t("identity.invite.too-many"))),
    );
  }

  async #unlock() {
    const { user } = this.#changes;
    if (!user) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}/unlock`;
    await this.#changes.attempt(
      () => this.#changes.make(() => apiCall("POST", path), t("identity.locked.unlocked")),
      (error) => refusal(error, t("identity.locked.too-many")),
    );
  }

  async #signOutEverywhere() {
    const { user } = this.#changes;
    if (!user) return;
    const done = await confirmDialog({
      title: t("identity.lost.title", { name: nameOf(user) }),
      text: t("identity.lost.text"),
      yes: t("identity.everywhere"),
      failed: (error) => t("identity.lost.failed", { failure: refusal(error) }),
      act: () => apiCall("POST", "/auth/kill-switch", { userId: user.userId }),
    });
    if (done) this.#changes.say("done", t("identity.lost.done"));
  }

  async #remove() {
    const { user } = this.#changes;
    if (!user) return;
    const done = await confirmDialog({
      title: t("identity.remove.title", { name: nameOf(user) }),
      text: user.phone ? t("identity.remove.text", { phone: user.phone }) : t("identity.remove.text-unknown"),
      yes: t("identity.remove"),
      failed: (error) => t("identity.unchanged", { why: isInUse(error) ? t("identity.remove.in-use") : refusal(error) }),
      act: () => apiCall("DELETE", `/admin/users/${encodeURIComponent(user.userId)}`),
    });
    if (done) this.#onRemoved(user);
  }
}

/** @param {unknown} error */
function isInUse(error) {
  return error instanceof HttpProblem && error.slug === "user-in-use";
}
