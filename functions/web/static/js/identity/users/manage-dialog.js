/** The dialog in which an administrator manages one person. */
import { apiCall } from "../../shell/api.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { isolated, t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { facilityWithCode, isClinician, isSystemAdmin, nameOf, roleNames } from "../../shell/users.js";
import { selectedRoles, drawRoles } from "./role-picker.js";
import { userBadges } from "./user-row.js";
import { cancelVisits, comingVisits } from "./visits-of.js";

/** @typedef {import("../../shell/users.js").User} User */

const FORBIDDEN = t("identity.people.forbidden");
const WORDS = { forbidden: FORBIDDEN, missing: t("identity.people.missing") };

export class ManageDialog {
  #admin;
  #onChanged;
  #onRemoved;
  #dialog = byId("manage", HTMLDialogElement);
  /** @type {User | null} */
  #user = null;
  #busy = false;
  /** What is booked with the person; null while that is not known. @type {import("./visits-of.js").Visit[] | null} */
  #visits = null;

  /**
   * @param {User} admin
   * @param {(user: User) => void} onChanged
   * @param {(user: User) => void} onRemoved
   */
  constructor(admin, onChanged, onRemoved) {
    this.#admin = admin;
    this.#onChanged = onChanged;
    this.#onRemoved = onRemoved;
    byId("manage-close").addEventListener("click", () => this.#dialog.close());
    byId("manage-roles").addEventListener("change", () => this.#drawSave());
    byId("roles-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#saveRoles();
    });
    byId("approve").addEventListener("click", () => void this.#decide("approve"));
    byId("reject").addEventListener("click", () => void this.#decide("reject"));
    byId("force-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#forceVerification();
    });
    byId("kill").addEventListener("click", () => void this.#signOutEverywhere());
    byId("unlock").addEventListener("click", () => void this.#unlock());
    byId("remove").addEventListener("click", () => void this.#remove());
    byId("manage-name").addEventListener("input", () => this.#drawSave());
    byId("name-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#rename();
    });
    byId("invite").addEventListener("click", () => void this.#invite());
    byId("deactivate").addEventListener("click", () => void this.#deactivate());
    byId("reactivate").addEventListener("click", () => void this.#reactivate());
  }

  /** Id of the person that the dialog shows, or showed last. */
  get openedId() {
    return this.#user?.userId ?? "";
  }

  /** @param {User} user */
  open(user) {
    byId("force-reason", HTMLInputElement).value = "";
    showFieldError("force-reason", "");
    this.#draw(user);
    this.#setStatus("", "");
    void this.#drawVisits(user);
    this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    byId("manage-title").focus();
  }

  /** @param {User} user */
  #draw(user) {
    this.#user = user;
    const mine = user.userId === this.#admin.userId;
    const above = isSystemAdmin(user) && !isSystemAdmin(this.#admin);
    setText("manage-title", nameOf(user));
    byId("manage-badges").replaceChildren(...userBadges(user));
    setText("manage-phone", isolated(user.phone ?? "") || t("identity.not-known"));
    setText("manage-facility", facilityWithCode(user) || t("shell.none"));
    setText("manage-created", formatDateTime(user.createdAt));
    setText("manage-last", formatDateTime(user.lastSignInAt));
    drawRoles(byId("manage-roles"), this.#admin, user.roles, mine || above);
    setText("roles-why", mine ? t("identity.people.roles.own") : t("identity.people.roles.above"));
    byId("roles-why").hidden = !(mine || above);
    byId("roles-save").hidden = mine || above;
    byId("review").hidden = !isClinician(user);
    byId("approve").hidden = user.verification === "verified";
    byId("reject").hidden = user.verification === "rejected";
    setText("reject", user.verification === "verified" ? t("identity.review.withdraw.open") : t("identity.review.reject"));
    byId("force").hidden = user.verification === "verified" || !isClinician(user);
    byId("locked").hidden = !user.locked || above;
    setText("locked-until", formatDateTime(user.lockedUntil));
    byId("lost").hidden = mine;
    byId("mistyped").hidden = mine || above || !user.removable;
    byId("invitation").hidden = mine || above || !user.removable || user.deactivatedAt !== null;
    setText("invitation-text", user.invitedAt ? t("identity.invite.hint", { time: formatDateTime(user.invitedAt) }) : t("identity.invite.hint-none"));
    byId("name-form").hidden = above;
    byId("manage-name", HTMLInputElement).value = user.displayName ?? "";
    showFieldError("manage-name", "");
    byId("leaving").hidden = mine || above;
    byId("deactivate").hidden = user.deactivatedAt !== null;
    byId("reactivate").hidden = user.deactivatedAt === null;
    setText(
      "leaving-text",
      user.deactivatedAt
        ? t("identity.leaving.since", { time: formatDateTime(user.deactivatedAt) })
        : t("identity.leaving.hint"),
    );
    this.#drawSave();
  }

  #drawSave() {
    const chosen = selectedRoles(byId("manage-roles"));
    const same = chosen.length === this.#user?.roles.length && chosen.every((role) => this.#user?.roles.includes(role));
    byId("roles-save", HTMLButtonElement).disabled = this.#busy || same;
    const name = cleanLine(byId("manage-name", HTMLInputElement).value);
    byId("name-save", HTMLButtonElement).disabled = this.#busy || !name || name === this.#user?.displayName;
    showFieldError("manage-roles", chosen.length ? "" : t("identity.people.roles.missing"));
  }

  async #saveRoles() {
    const user = this.#user;
    const roles = selectedRoles(byId("manage-roles"));
    if (!user || !roles.length) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: t("identity.people.roles.too-many") });
    const taken = user.roles.filter((role) => !roles.includes(role));
    const act = () => this.#act(() => apiCall("PUT", `/users/${encodeURIComponent(user.userId)}/roles`, { roles }), t("identity.people.roles.saved"));
    if (!taken.length) return this.#withoutConfirmation(act, whyNot);
    await confirmDialog({
      title: t("identity.people.roles.take.title", { name: nameOf(user) }),
      text: t("identity.people.roles.take.text", { roles: roleNames(taken) }),
      yes: t("identity.people.roles.take"),
      failed: (error) => t("identity.unchanged", { why: whyNot(error) }),
      act,
    });
  }

  /** @param {"approve" | "reject"} decision */
  async #decide(decision) {
    const user = this.#user;
    if (!user) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: t("identity.review.too-many") });
    const body = { userId: user.userId, decision };
    const act = () => this.#act(() => apiCall("POST", "/experts/verify-specific", body), decision === "approve" ? t("identity.verified") : t("identity.rejected"));
    if (decision === "approve") return this.#withoutConfirmation(act, whyNot);
    await confirmDialog({
      title: user.verification === "verified" ? t("identity.review.withdraw.title", { name: nameOf(user) }) : t("identity.review.reject.title", { name: nameOf(user) }),
      text: t("identity.review.reject.text"),
      yes: user.verification === "verified" ? t("identity.review.withdraw") : t("identity.review.reject"),
      failed: (error) => t("identity.unchanged", { why: whyNot(error) }),
      act,
    });
  }

  async #forceVerification() {
    const user = this.#user;
    const input = byId("force-reason", HTMLInputElement);
    const reason = cleanLine(input.value);
    showFieldError("force-reason", reason ? "" : t("identity.force.reason.missing"));
    if (!user || !reason) return input.focus();
    const done = await confirmDialog({
      title: t("identity.force.confirm", { name: nameOf(user) }),
      text: user.phone ? t("identity.force.text", { phone: user.phone }) : t("identity.force.text-unknown"),
      yes: t("identity.force.now"),
      failed: (error) => {
        const why = errorMessage(error, { ...WORDS, tooMany: t("identity.force.too-many") });
        // The earlier, identical request was carried out or is still running.
        return error instanceof HttpProblem && error.slug === "duplicate-submission" ? why : t("identity.unchanged", { why });
      },
      act: () => this.#act(() => apiCall("POST", "/internal/force-verification", { userId: user.userId, reason }), t("identity.verified")),
    });
    if (done) input.value = "";
  }

  async #unlock() {
    const user = this.#user;
    if (!user) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: t("identity.locked.too-many") });
    const path = `/admin/users/${encodeURIComponent(user.userId)}/unlock`;
    await this.#withoutConfirmation(() => this.#act(() => apiCall("POST", path), t("identity.locked.unlocked")), whyNot);
  }

  async #invite() {
    const user = this.#user;
    if (!user) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}/invite`;
    await this.#withoutConfirmation(
      () => this.#act(() => apiCall("POST", path), t("identity.invite.done")),
      (error) => inviteFailure(error),
    );
  }

  async #rename() {
    const user = this.#user;
    const displayName = cleanLine(byId("manage-name", HTMLInputElement).value);
    if (!user || !displayName || displayName === user.displayName) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}`;
    await this.#withoutConfirmation(
      () => this.#act(() => apiCall("PATCH", path, { displayName }), t("identity.people.name.saved")),
      (error) => errorMessage(error, WORDS),
    );
  }

  /** @param {User} user */
  async #drawVisits(user) {
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
    if (this.#user?.userId !== user.userId) return;
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
    const user = this.#user;
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
        const why = errorMessage(error, WORDS);
        return cancels ? t("identity.leaving.failed-partly", { why }) : t("identity.leaving.failed", { why });
      },
      act: async () => {
        if (cancels) await cancelVisits(visits, t("identity.leaving.reason"));
        await this.#setActive(user, false, t("identity.leaving.deactivated"));
      },
    });
    if (done) await this.#drawVisits(this.#user ?? user);
  }

  async #reactivate() {
    const user = this.#user;
    if (!user) return;
    await this.#withoutConfirmation(
      () => this.#setActive(user, true, t("identity.leaving.reactivated")),
      (error) => errorMessage(error, WORDS),
    );
    void this.#drawVisits(this.#user ?? user);
  }

  /**
   * @param {User} user
   * @param {boolean} active
   * @param {string} done
   */
  #setActive(user, active, done) {
    return this.#act(() => apiCall("PUT", `/admin/users/${encodeURIComponent(user.userId)}/active`, { active }), done);
  }

  async #remove() {
    const user = this.#user;
    if (!user) return;
    const done = await confirmDialog({
      title: t("identity.remove.title", { name: nameOf(user) }),
      text: user.phone ? t("identity.remove.text", { phone: user.phone }) : t("identity.remove.text-unknown"),
      yes: t("identity.remove"),
      failed: (error) => {
        const inUse = error instanceof HttpProblem && error.slug === "user-in-use";
        return t("identity.unchanged", { why: inUse ? t("identity.remove.in-use") : errorMessage(error, WORDS) });
      },
      act: () => apiCall("DELETE", `/admin/users/${encodeURIComponent(user.userId)}`),
    });
    if (!done) return;
    this.#dialog.close();
    this.#onRemoved(user);
  }

  async #signOutEverywhere() {
    const user = this.#user;
    if (!user) return;
    const done = await confirmDialog({
      title: t("identity.lost.title", { name: nameOf(user) }),
      text: t("identity.lost.text"),
      yes: t("identity.everywhere"),
      failed: (error) => t("identity.lost.failed", { failure: errorMessage(error, WORDS) }),
      act: () => apiCall("POST", "/auth/kill-switch", { userId: user.userId }),
    });
    if (done) this.#setStatus("done", t("identity.lost.done"));
  }

  /**
   * @param {() => Promise<User>} request
   * @param {string} done
   */
  async #act(request, done) {
    const user = await request();
    this.#draw(user);
    this.#onChanged(user);
    this.#setStatus("done", done);
  }

  /**
   * Acts without confirmation: the action takes nothing away from anybody.
   * @param {() => Promise<void>} act
   * @param {(error: unknown) => string} whyNot
   */
  async #withoutConfirmation(act, whyNot) {
    if (this.#busy) return;
    this.#busy = true;
    this.#setStatus("", t("shell.saving"));
    try {
      await act();
    } catch (error) {
      this.#setStatus("failed", t("identity.unchanged", { why: whyNot(error) }));
    } finally {
      this.#busy = false;
      this.#drawSave();
    }
  }

  /**
   * @param {"" | "done" | "failed"} kind
   * @param {string} text
   */
  #setStatus(kind, text) {
    byId("manage-said").dataset.kind = kind;
    setText("manage-said", text);
  }
}

/** @param {unknown} error */
function inviteFailure(error) {
  if (error instanceof HttpProblem && error.slug === "user-in-use") return t("identity.invite.in-use");
  return errorMessage(error, { ...WORDS, tooMany: t("identity.invite.too-many") });
}
