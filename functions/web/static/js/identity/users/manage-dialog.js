/** The dialog in which an administrator manages one person. */
import { apiCall } from "../../shell/api.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanLine } from "../../shell/text.js";
import { facilityWithCode, isClinician, isSystemAdmin, nameOf, roleNames } from "../../shell/users.js";
import { selectedRoles, drawRoles } from "./role-picker.js";
import { userBadges } from "./user-row.js";
import { cancelVisits, comingVisits } from "./visits-of.js";

/** @typedef {import("../../shell/users.js").User} User */

const FORBIDDEN = "You may not do this for this person. They may belong to another facility.";
const WORDS = { forbidden: FORBIDDEN, missing: "This person is not known any more. Load the list again." };

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
    setText("manage-phone", user.phone ?? "Not known");
    setText("manage-facility", facilityWithCode(user) || "None");
    setText("manage-created", formatDateTime(user.createdAt));
    setText("manage-last", formatDateTime(user.lastSignInAt));
    drawRoles(byId("manage-roles"), this.#admin, user.roles, mine || above);
    setText("roles-why", mine ? "Your own roles are changed by another administrator." : "Only a system administrator changes these roles.");
    byId("roles-why").hidden = !(mine || above);
    byId("roles-save").hidden = mine || above;
    byId("review").hidden = !isClinician(user);
    byId("approve").hidden = user.verification === "verified";
    byId("reject").hidden = user.verification === "rejected";
    setText("reject", user.verification === "verified" ? "Withdraw verification" : "Reject");
    byId("force").hidden = user.verification === "verified" || !isClinician(user);
    byId("locked").hidden = !user.locked || above;
    setText("locked-until", formatDateTime(user.lockedUntil));
    byId("lost").hidden = mine;
    byId("mistyped").hidden = mine || above || !user.removable;
    byId("invitation").hidden = mine || above || !user.removable || user.deactivatedAt !== null;
    setText("invitation-text", `A text message tells them that they were added and where to sign in. ${user.invitedAt ? `Last sent ${formatDateTime(user.invitedAt)}.` : "None was sent yet."}`);
    byId("name-form").hidden = above;
    byId("manage-name", HTMLInputElement).value = user.displayName ?? "";
    showFieldError("manage-name", "");
    byId("leaving").hidden = mine || above;
    byId("deactivate").hidden = user.deactivatedAt !== null;
    byId("reactivate").hidden = user.deactivatedAt === null;
    setText(
      "leaving-text",
      user.deactivatedAt
        ? `Deactivated on ${formatDateTime(user.deactivatedAt)}. Reactivate them to let them sign in again, with the same roles.`
        : "Deactivating signs them out everywhere within seconds. They cannot sign in until somebody reactivates them. What they did stays on record.",
    );
    this.#drawSave();
  }

  #drawSave() {
    const chosen = selectedRoles(byId("manage-roles"));
    const same = chosen.length === this.#user?.roles.length && chosen.every((role) => this.#user?.roles.includes(role));
    byId("roles-save", HTMLButtonElement).disabled = this.#busy || same;
    const name = cleanLine(byId("manage-name", HTMLInputElement).value);
    byId("name-save", HTMLButtonElement).disabled = this.#busy || !name || name === this.#user?.displayName;
    showFieldError("manage-roles", chosen.length ? "" : "Choose at least one role.");
  }

  async #saveRoles() {
    const user = this.#user;
    const roles = selectedRoles(byId("manage-roles"));
    if (!user || !roles.length) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: "You have changed many roles within an hour." });
    const taken = user.roles.filter((role) => !roles.includes(role));
    const act = () => this.#act(() => apiCall("PUT", `/users/${encodeURIComponent(user.userId)}/roles`, { roles }), "Roles saved");
    if (!taken.length) return this.#withoutConfirmation(act, whyNot);
    await confirmDialog({
      title: `Take away a role of ${nameOf(user)}?`,
      text: `They lose: ${roleNames(taken)}. It counts within seconds, wherever they are signed in.`,
      yes: "Take away",
      failed: (error) => `Nothing was changed. ${whyNot(error)}`,
      act,
    });
  }

  /** @param {"approve" | "reject"} decision */
  async #decide(decision) {
    const user = this.#user;
    if (!user) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: "You have decided about many clinicians within an hour." });
    const body = { userId: user.userId, decision };
    const act = () => this.#act(() => apiCall("POST", "/experts/verify-specific", body), decision === "approve" ? "Verified" : "Rejected");
    if (decision === "approve") return this.#withoutConfirmation(act, whyNot);
    await confirmDialog({
      title: `${user.verification === "verified" ? "Withdraw the verification of" : "Reject"} ${nameOf(user)}?`,
      text: "They can open no photos of patients until somebody approves them.",
      yes: user.verification === "verified" ? "Withdraw" : "Reject",
      failed: (error) => `Nothing was changed. ${whyNot(error)}`,
      act,
    });
  }

  async #forceVerification() {
    const user = this.#user;
    const input = byId("force-reason", HTMLInputElement);
    const reason = cleanLine(input.value);
    showFieldError("force-reason", reason ? "" : "Say why: it is kept for later questions.");
    if (!user || !reason) return input.focus();
    const done = await confirmDialog({
      title: `Verify ${nameOf(user)} without review?`,
      text: `Make sure that you know who holds ${user.phone ?? "this number"}. They can work at once.`,
      yes: "Verify now",
      failed: (error) => {
        const why = errorMessage(error, { ...WORDS, tooMany: "You have verified many people without review today." });
        // The earlier, identical request was carried out or is still running.
        return error instanceof HttpProblem && error.slug === "duplicate-submission" ? why : `Nothing was changed. ${why}`;
      },
      act: () => this.#act(() => apiCall("POST", "/internal/force-verification", { userId: user.userId, reason }), "Verified"),
    });
    if (done) input.value = "";
  }

  async #unlock() {
    const user = this.#user;
    if (!user) return;
    /** @param {unknown} error */
    const whyNot = (error) => errorMessage(error, { ...WORDS, tooMany: "You have unlocked many numbers within an hour." });
    const path = `/admin/users/${encodeURIComponent(user.userId)}/unlock`;
    await this.#withoutConfirmation(() => this.#act(() => apiCall("POST", path), "Unlocked"), whyNot);
  }

  async #invite() {
    const user = this.#user;
    if (!user) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}/invite`;
    await this.#withoutConfirmation(
      () => this.#act(() => apiCall("POST", path), "Invitation sent"),
      (error) => inviteFailure(error),
    );
  }

  async #rename() {
    const user = this.#user;
    const displayName = cleanLine(byId("manage-name", HTMLInputElement).value);
    if (!user || !displayName || displayName === user.displayName) return;
    const path = `/admin/users/${encodeURIComponent(user.userId)}`;
    await this.#withoutConfirmation(
      () => this.#act(() => apiCall("PATCH", path, { displayName }), "Name saved"),
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
      visits ? (count ? `${countOf(count)} booked with them.` : "No visits are booked with them.") : "Their visits could not be looked up. They would stay booked.",
    );
    setText("visits-label", count === 1 ? "Cancel this visit" : `Cancel these ${count} visits`);
    byId("visits-text").hidden = false;
    byId("visits-choice").hidden = !count;
  }

  async #deactivate() {
    const user = this.#user;
    if (!user) return;
    const visits = this.#visits ?? [];
    const cancels = visits.length > 0 && byId("visits-cancel", HTMLInputElement).checked;
    const ofVisits = cancels
      ? `${countOf(visits.length)} booked with them and will be cancelled.`
      : visits.length
        ? `${countOf(visits.length)} booked with them and will stay booked.`
        : "Visits that are booked with them stay booked.";
    const done = await confirmDialog({
      title: `Deactivate ${nameOf(user)}?`,
      text: `They are signed out everywhere and cannot sign in again. ${ofVisits}`,
      yes: "Deactivate",
      failed: (error) => `They can still sign in. ${cancels ? "Some visits may be cancelled. " : ""}${errorMessage(error, WORDS)}`,
      act: async () => {
        if (cancels) await cancelVisits(visits, "They are not here any more.");
        await this.#setActive(user, false, "Deactivated");
      },
    });
    if (done) await this.#drawVisits(this.#user ?? user);
  }

  async #reactivate() {
    const user = this.#user;
    if (!user) return;
    await this.#withoutConfirmation(
      () => this.#setActive(user, true, "Reactivated"),
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
      title: `Remove ${nameOf(user)}?`,
      text: `${user.phone ?? "This number"} can then be added again, here or at another facility. Cancel their visits first.`,
      yes: "Remove",
      failed: (error) => {
        const inUse = error instanceof HttpProblem && error.slug === "user-in-use";
        return `Nothing was changed. ${inUse ? "They have signed in by now. Take their roles away instead." : errorMessage(error, WORDS)}`;
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
      title: `Sign ${nameOf(user)} out everywhere?`,
      text: "Every phone and computer on which they are signed in stops working within seconds. They can sign in again with a new code.",
      yes: "Sign out everywhere",
      failed: (error) => `They are still signed in. ${errorMessage(error, WORDS)}`,
      act: () => apiCall("POST", "/auth/kill-switch", { userId: user.userId }),
    });
    if (done) this.#setStatus("done", "Signed out everywhere");
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
    this.#setStatus("", "Saving…");
    try {
      await act();
    } catch (error) {
      this.#setStatus("failed", `Nothing was changed. ${whyNot(error)}`);
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
  if (error instanceof HttpProblem && error.slug === "user-in-use") return "They have signed in by now.";
  return errorMessage(error, { ...WORDS, tooMany: "An invitation was sent a moment ago, or many today." });
}

/** @param {number} count */
function countOf(count) {
  return count === 1 ? "1 visit is" : `${count} visits are`;
}
