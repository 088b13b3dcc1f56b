/** The list of what waits now: in the visits of today, and elsewhere. */
import { byId, make, setText } from "../../shell/dom.js";
import { formatList, formatNumber, t } from "../../shell/messages.js";
import { watchesFor } from "../../watches.js";
import { updateRows } from "../rows.js";
import { serverNow } from "../server-clock.js";
import { unsignedNotes } from "./unsigned-notes.js";
import { failedRecordings, waitingVisits } from "./waiting.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("../../shell/attention.js").Waiting} Waiting
 */

const RECORDINGS = t("visits.recordings");
const NOTES = t("visits.notes");

export class WaitList {
  #user;
  /** @type {Visit[] | null} */
  #today = null;
  /** @type {Map<string, Waiting[]>} by what was looked through */
  #elsewhere = new Map();
  /** What could not be looked through. @type {Set<string>} */
  #unseen = new Set();

  /** @param {import("../../shell/users.js").User} user */
  constructor(user) {
    this.#user = user;
  }

  /** @param {Visit[]} today all visits of today */
  update(today) {
    const { userId } = this.#user;
    this.#today = today;
    this.draw(serverNow());
    void this.#look(RECORDINGS, () => failedRecordings(today, userId));
    void this.#look(NOTES, () => unsignedNotes(today, userId, serverNow()));
  }

  /** Looks through what is elsewhere than in visits. */
  lookElsewhere() {
    for (const { title, find } of watchesFor(this.#user)) void this.#look(title, find);
  }

  /** @param {number} now Unix ms */
  draw(now) {
    if (!this.#today) return;
    const titles = [...watchesFor(this.#user).map(({ title }) => title), RECORDINGS, NOTES];
    const items = [...waitingVisits(this.#today, this.#user.userId, now), ...titles.flatMap((title) => this.#elsewhere.get(title) ?? [])];
    updateRows(byId("waits"), items.map(row));
    byId("waits").hidden = items.length === 0;
    const isDone = titles.every((title) => this.#elsewhere.has(title) || this.#unseen.has(title));
    setText("waits-none", items.length ? "" : isDone ? t("visits.today.nothing-waits") : t("visits.looking"));
    setText("waits-said", this.#unseen.size ? t("visits.today.not-looked", { names: formatList([...this.#unseen]) }) : "");
    const title = `${items.length ? `(${formatNumber(items.length)}) ` : ""}${t("visits.page.today")} · Bedside`;
    if (document.title !== title) document.title = title;
  }

  /**
   * @param {string} title
   * @param {() => Promise<Waiting[]>} find
   */
  async #look(title, find) {
    try {
      this.#elsewhere.set(title, await find());
      this.#unseen.delete(title);
    } catch {
      // What was found before stays, and the page says that it may be old.
      this.#unseen.add(title);
    }
    this.draw(serverNow());
  }
}

/** @param {Waiting} item */
function row(item) {
  const { key, title, detail, path, action, look, label, isPerson } = item;
  return {
    key,
    drawn: JSON.stringify(item),
    make() {
      // Whom one keeps waiting comes first.
      const link = make("a", `button${isPerson ? " primary" : ""}`, action);
      link.href = path;
      link.setAttribute("aria-label", `${action}: ${title}, ${label}`);
      const about = make("div", "visit-who", make("h3", "visit-name", title), make("p", "small muted", detail));
      return make("li", "wait-row card", about, make("span", `badge ${look}${isPerson ? " pulsing" : ""}`, label), link);
    },
  };
}
