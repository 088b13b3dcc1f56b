/** The times of a day at which both people are free, and what stands in the way of the one that was entered. */
import { dateOf } from "../shell/dates.js";
import { byId, make, setText } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { clashAt, freeTimes } from "./free-times.js";
import { formatLongDay, formatTime, partyName } from "./labels.js";
import { periodOf } from "./today/calendar.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Availability} Availability
 * @typedef {{getAvailability: typeof import("./api.js").getAvailability, listPeriod: typeof import("./period.js").listPeriod,
 *   serverNow: () => number}} Sources what remembers something, which a script that is loaded later must not have twice
 * @typedef {{practitionerId: string, patient: {patientId?: string, userId?: string, name: string} | null, start: Date,
 *   minutes: number, except?: string}} Wish `except`: the visit that is to be moved
 */

/** So many are offered, from the time that was entered on. */
const MOST = 8;

/** Visits that began on the day before may go on. In milliseconds. */
const LONGEST_MS = 3 * 3_600_000;

export class FreeTimesField {
  #onChoose;
  #sources;
  #prefix;
  /** @type {Wish | null} */
  #wish = null;
  /** The day that was loaded or is being loaded. */
  #day = "";
  /** @type {Visit[] | null} */
  #visits = null;
  #hasFailed = false;
  /** Of whom the availability was loaded or is being loaded. */
  #owner = "";
  /** When that practitioner can be booked; null if they have not said, or not to the reader. @type {Availability | null} */
  #availability = null;

  /**
   * @param {(start: number) => void} onChoose receives Unix ms
   * @param {Sources} sources
   * @param {string} [prefix] of its elements' ids
   */
  constructor(onChoose, sources, prefix = "") {
    this.#onChoose = onChoose;
    this.#sources = sources;
    this.#prefix = prefix;
  }

  /** Loads the day's visits anew with the next wish: others book too. */
  forget() {
    this.#day = "";
  }

  /** @param {Wish} wish */
  show(wish) {
    this.#wish = wish;
    const isWhole = !Number.isNaN(wish.start.getTime());
    byId(`${this.#prefix}free-times`).hidden = !isWhole;
    if (isWhole && dateOf(wish.start) !== this.#day) void this.#load(wish.start);
    if (wish.practitionerId && wish.practitionerId !== this.#owner) void this.#look(wish.practitionerId);
    this.#draw();
  }

  /** @param {string} practitionerId */
  async #look(practitionerId) {
    this.#owner = practitionerId;
    this.#availability = null;
    // Without it, the hours of a usual day are offered.
    const found = await this.#sources.getAvailability(practitionerId).catch(() => null);
    if (this.#owner !== practitionerId || !found?.hours.length) return;
    this.#availability = found;
    this.#draw();
  }

  /** @param {Date} start */
  async #load(start) {
    const day = dateOf(start);
    this.#day = day;
    this.#visits = null;
    this.#hasFailed = false;
    const { start: begins, end } = periodOf("day", start.getTime());
    try {
      const { visits } = await this.#sources.listPeriod({ start: new Date(begins.getTime() - LONGEST_MS), end });
      if (this.#day !== day) return;
      this.#visits = visits;
    } catch {
      if (this.#day !== day) return;
      this.#hasFailed = true;
    }
    this.#draw();
  }

  #draw() {
    const wish = this.#wish;
    if (!wish) return;
    const { practitionerId, patient, start, minutes } = wish;
    const isWhole = !Number.isNaN(start.getTime());
    const visits = ((isWhole && this.#visits) || []).filter(({ visitId }) => visitId !== wish.except);
    const clash = clashAt(visits, { practitionerId, patient }, start.getTime(), minutes);
    setText(`${this.#prefix}time-clash`, clash ? clashText(clash.visit, clash.whose, patient?.name ?? "") : "");
    byId(`${this.#prefix}time-clash`).hidden = !clash;
    const all = practitionerId && isWhole && this.#visits ? freeTimes(visits, { practitionerId, patient }, start, minutes, this.#sources.serverNow(), this.#availability) : [];
    const later = all.filter((at) => at >= start.getTime());
    const offered = later.length ? later : all;
    setText(`${this.#prefix}free-title`, isWhole ? t("visits.free.on", { date: formatLongDay(start) }) : t("visits.free"));
    setText(`${this.#prefix}free-said`, this.#said(practitionerId, all.length));
    byId(`${this.#prefix}free-list`).replaceChildren(...offered.slice(0, MOST).map((at) => this.#button(at, at === start.getTime())));
  }

  /** @param {string} practitionerId @param {number} free */
  #said(practitionerId, free) {
    if (!practitionerId) return t("visits.free.choose");
    if (this.#hasFailed) return t("visits.free.failed");
    if (!this.#visits) return t("visits.looking");
    return free ? "" : t("visits.free.none");
  }

  /** @param {number} at Unix ms @param {boolean} isChosen */
  #button(at, isChosen) {
    const button = make("button", "button", formatTime(new Date(at).toISOString()));
    button.type = "button";
    button.setAttribute("aria-pressed", String(isChosen));
    button.onclick = () => this.#onChoose(at);
    return button;
  }
}

/**
 * @param {Visit} visit
 * @param {"practitioner" | "patient"} whose
 * @param {string} patientName
 */
function clashText(visit, whose, patientName) {
  const end = new Date(Date.parse(visit.startsAt) + visit.durationMinutes * 60_000).toISOString();
  const who = whose === "practitioner" ? partyName(visit, "practitioner") : patientName || partyName(visit, "patient");
  const other = partyName(visit, whose === "practitioner" ? "patient" : "practitioner");
  return t("visits.clash.at", { who, from: formatTime(visit.startsAt), to: formatTime(end), other });
}
