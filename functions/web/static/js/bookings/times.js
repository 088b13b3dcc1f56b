/** The free times of a service: a strip of seven days, and the times of the chosen one. */
import { announce, byId, make, setText } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { listSlots } from "./api.js";
import { dateOf } from "../shell/dates.js";
import { noonOf } from "../shell/dates.js";
import { byDate, daysAfter } from "./dates.js";
import { formatDate } from "../shell/format.js";
import { formatTime, shortDate, timeZone, timeZoneName } from "./labels.js";

/**
 * @typedef {import("./api.js").Service} Service
 * @typedef {import("./api.js").Slot} Slot
 */

const DAYS = 7;
/** Looked through for the first free time, in one request; the API answers for up to 31 days. */
const MOST_DAYS = 28;

export class Times {
  #onChoose;
  #onShown;
  #onFailed;
  /** @type {Pick<Service, "serviceId"> | null} */
  #service = null;
  /** The first day of the strip. */
  #first = "";
  #day = "";
  /** @type {Map<string, Slot[]>} */
  #slots = new Map();

  /** The latest question; an answer to an earlier one is not drawn. */
  #asked = 0;

  /**
   * @param {{onChoose: (slot: Slot) => void, onShown: () => void, onFailed: (error: unknown, again: () => void) => void}} handlers
   *   `onShown`: the times are there after a failure
   */
  constructor({ onChoose, onShown, onFailed }) {
    this.#onChoose = onChoose;
    this.#onShown = onShown;
    this.#onFailed = onFailed;
    byId("week-before").addEventListener("click", () => void this.#turn(-DAYS));
    byId("week-after").addEventListener("click", () => void this.#turn(DAYS));
  }

  /**
   * Shows the week of the first free time of the next four.
   * @param {Pick<Service, "serviceId">} service
   * @returns {Promise<boolean>} whether that worked
   */
  async open(service) {
    this.#service = service;
    this.#first = dateOf(new Date());
    this.#day = "";
    return this.#load(MOST_DAYS, () => this.open(service));
  }

  /** Reads the times again, after one of them was taken. @returns {Promise<boolean>} whether that worked */
  reload() {
    return this.#load(DAYS, () => this.reload());
  }

  /** @param {number} days */
  async #turn(days) {
    this.#first = daysAfter(this.#first, days);
    this.#day = "";
    await this.#load(DAYS, () => this.reload());
  }

  /**
   * Reads and shows the times from the first day on.
   * @param {number} days
   * @param {() => Promise<boolean>} again
   * @returns {Promise<boolean>} whether that worked
   */
  async #load(days, again) {
    const service = this.#service;
    if (!service) return false;
    const asked = ++this.#asked;
    try {
      const slots = await listSlots(service.serviceId, this.#first, daysAfter(this.#first, days - 1), timeZone());
      if (asked !== this.#asked) return false;
      this.#slots = byDate(slots);
    } catch (error) {
      if (asked === this.#asked) this.#onFailed(error, () => void again().then((shown) => shown && this.#onShown()));
      return false;
    }
    const [next] = this.#slots.keys();
    while (days > DAYS && next && daysAfter(this.#first, DAYS) <= next) this.#first = daysAfter(this.#first, DAYS);
    this.#draw();
    return true;
  }

  #draw() {
    const days = Array.from({ length: DAYS }, (_, number) => daysAfter(this.#first, number));
    if (!this.#slots.has(this.#day)) this.#day = days.find((day) => this.#slots.has(day)) ?? days[0] ?? "";
    byId("week-before", HTMLButtonElement).disabled = this.#first <= dateOf(new Date());
    byId("days").replaceChildren(...days.map((day) => this.#dayButton(day)));
    const slots = this.#slots.get(this.#day) ?? [];
    setText("day-title", formatDate(this.#day));
    setText("times-zone", t("bookings.times.zone", { zone: timeZoneName(noonOf(this.#day)) }));
    byId("no-times").hidden = slots.length > 0;
    byId("slots").replaceChildren(...slots.map((slot) => make("li", "", this.#slotButton(slot))));
  }

  /** @param {string} day */
  #dayButton(day) {
    const [weekday, date] = shortDate(day);
    const count = this.#slots.get(day)?.length ?? 0;
    const free = make("span", "visually-hidden", t("bookings.free-times", { count }));
    const button = make("button", "day", make("span", "", weekday), " ", make("strong", "", date), " ", free);
    button.type = "button";
    button.disabled = !count;
    button.setAttribute("aria-pressed", String(day === this.#day));
    button.onclick = () => {
      this.#day = day;
      this.#draw();
      announce(t("bookings.day", { date: formatDate(day), count }));
      byId("days").querySelector("[aria-pressed=true]")?.closest("button")?.focus();
    };
    return button;
  }

  /** @param {Slot} slot */
  #slotButton(slot) {
    const button = make("button", "button slot", formatTime(slot.startsAt));
    button.type = "button";
    button.onclick = () => this.#onChoose(slot);
    return button;
  }
}
