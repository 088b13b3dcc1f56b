/** The people of a facility, or those who were looked for, page by page. */
import { apiGet } from "../../shell/api.js";
import { byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { UsageSummary } from "./usage.js";
import { userRow } from "./user-row.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {{phone?: string, q?: string, facilityId?: string}} Filter
 */

export class PeopleList {
  #choice;
  #onOpen;
  /** @type {User[]} */
  #users = [];
  /** @type {string | null} */
  #cursor = null;
  /** @type {Filter} */
  #filter = {};
  /** The number that was looked up, as the server understood it. */
  #understood = "";
  #today = new UsageSummary();
  /** Only the response to the latest request is shown. */
  #latestRequest = 0;

  /**
   * @param {import("./facility-choice.js").FacilityChoice} choice
   * @param {(user: User) => void} onOpen
   */
  constructor(choice, onOpen) {
    this.#choice = choice;
    this.#onOpen = onOpen;
    byId("more").onclick = () => void this.#loadMore();
  }

  get isEmpty() {
    return !this.#users.length;
  }

  /** @param {Filter} [filter] the one before, if none is given */
  async load(filter = this.#filter) {
    const mine = ++this.#latestRequest;
    this.#filter = filter;
    this.#users = [];
    this.#cursor = null;
    this.#understood = "";
    void this.#today.show(filter.facilityId ?? "", this.#choice.place.facilityName ?? "");
    if (!this.#isAsking) return this.#show();
    showScreen("loading");
    await this.#fetchPage(mine, (text) => {
      setText("failed-text", text);
      byId("again").onclick = () => void this.load();
      showScreen("failed");
    });
  }

  /** @param {User} user who has been added; above all others */
  put(user) {
    this.#users = [user, ...this.#users.filter(({ userId }) => userId !== user.userId)];
    this.#show();
  }

  /** @param {User} user */
  replace(user) {
    this.#users = this.#users.map((other) => (other.userId === user.userId ? user : other));
    this.#draw();
  }

  /** @param {User} user */
  remove(user) {
    this.#users = this.#users.filter(({ userId }) => userId !== user.userId);
    this.#draw();
  }

  /** @param {string} userId */
  focus(userId) {
    const button = byId("list").querySelector(`[data-user-id="${CSS.escape(userId)}"] button`);
    if (button instanceof HTMLElement) button.focus();
  }

  /** Whether anything is asked for: a system administrator chooses a facility first, or looks for a number. */
  get #isAsking() {
    return !this.#choice.isOpen || Boolean(this.#filter.phone || this.#filter.facilityId);
  }

  async #loadMore() {
    const button = byId("more", HTMLButtonElement);
    button.disabled = true;
    setText("more", t("shell.loading"));
    const before = this.#users.length;
    await this.#fetchPage(this.#latestRequest, (text) => setText("list-said", text));
    button.disabled = false;
    setText("more", t("shell.show-more"));
    // The button may be gone: focus the first new person.
    if (this.#users.length > before) byId("list").querySelectorAll("button")[before]?.focus();
  }

  /**
   * @param {number} mine
   * @param {(text: string) => void} onFailed
   */
  async #fetchPage(mine, onFailed) {
    setText("list-said", "");
    try {
      const query = new URLSearchParams({ ...this.#filter, ...(this.#cursor ? { cursor: this.#cursor } : {}) });
      const answer = await apiGet(["/admin/users", String(query)].filter(Boolean).join("?"));
      if (mine !== this.#latestRequest) return;
      this.#users.push(...answer.users);
      this.#cursor = answer.cursor;
      this.#understood = answer.phone ?? "";
    } catch (error) {
      if (mine !== this.#latestRequest) return;
      if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
      return onFailed(errorMessage(error));
    }
    this.#show();
  }

  #show() {
    this.#draw();
    showScreen("users");
  }

  #draw() {
    const { admin, isOpen: facility, place } = this.#choice;
    const count = this.#users.length;
    byId("list").replaceChildren(
      ...this.#users.map((user) => userRow(user, { mine: user.userId === admin.userId, facility, onOpen: this.#onOpen })),
    );
    byId("table").hidden = !count;
    byId("empty").hidden = count > 0;
    const [title, text] = this.#emptyWords();
    setText("empty-title", title);
    setText("empty-text", text);
    byId("find-clear").hidden = !this.#filter.phone && !this.#filter.q;
    byId("add-open").hidden = byId("facility-change").hidden = !place.facilityId;
    byId("facility-add").classList.toggle("primary", facility && !place.facilityId);
    setText("where", place.facilityName || place.facilityId || t("identity.facility.all"));
    byId("more").hidden = !this.#cursor;
    setText("count", this.#cursor ? t("identity.people.count-more", { count }) : count ? t("identity.people.count", { count }) : "");
  }

  /** @returns {[title: string, text: string]} what an empty list means, and what to do about it */
  #emptyWords() {
    const { phone, q: name } = this.#filter;
    if (phone) return [t("identity.people.none-found"), t("identity.people.none-found.number", { phone: this.#understood })];
    if (name && this.#isAsking) {
      return this.#cursor
        ? [t("identity.people.none-so-far"), t("identity.people.none-so-far.name", { name })]
        : [t("identity.people.none-found"), t("identity.people.none-found.name", { name })];
    }
    if (this.#isAsking) return [t("identity.people.none"), t("identity.people.none.text")];
    if (!this.#choice.isEmpty) return [t("identity.facility.choose"), t("identity.facility.choose.text")];
    return [t("identity.facility.none"), t("identity.facility.none.text")];
  }
}
