/** Usage today and yesterday, in the browser's time zone. */
import { apiGet } from "../../shell/api.js";
import { byId, make, setText } from "../../shell/dom.js";
import { formatNumber, t } from "../../shell/messages.js";

/**
 * @typedef {import("openapi").PeriodDocument} Hour
 * @typedef {keyof Omit<Hour, "at">} Counter
 * @typedef {import("openapi").CountersDocument} Counters
 */

/** @type {readonly {field: Counter, display: string}[]} */
const COUNTS = [
  { field: "sessionsOpened", display: t("identity.usage.sessions") },
  { field: "photosArrived", display: t("identity.usage.photos") },
  { field: "signIns", display: t("identity.usage.sign-ins") },
  { field: "codesSent", display: t("identity.usage.codes") },
];
/** Covers yesterday and today, whatever the time. */
const HOURS = 48;

export class UsageSummary {
  /** @type {string | null} */
  #facility = null;

  /**
   * Shows a facility's numbers, and fetches them unless they are shown already.
   * @param {string} facility its id; empty for the administrator's own facility, or for all facilities
   * @param {string} name its name
   */
  async show(facility, name) {
    if (this.#facility === facility) return;
    this.#facility = facility;
    const query = new URLSearchParams({ hours: String(HOURS), days: "0", ...(facility && { facilityId: facility }) });
    /** @type {Counters | null} */
    let counted = null;
    try {
      counted = await apiGet(`/admin/counters?${query}`);
    } catch {
      // The numbers are not essential: the page works without them.
    }
    if (this.#facility === facility) draw(counted, name);
  }
}

/**
 * @param {Counters | null} counted
 * @param {string} facility its name
 */
function draw(counted, facility) {
  const known = counted?.complete && counted.hours.length ? counted.hours : null;
  setText("today-title", facility ? t("identity.usage.today-in", { facility }) : t("identity.usage.today"));
  setText("today-unknown", known ? "" : t("identity.usage.unknown"));
  byId("today-unknown").hidden = known !== null;
  const tiles = known ? COUNTS.filter(({ field }) => field in known[0]).map((count) => tile(count, known)) : [];
  byId("today-counts").replaceChildren(...tiles);
  byId("today-counts").hidden = !tiles.length;
}

/**
 * @param {{field: Counter, display: string}} count
 * @param {Hour[]} hours
 */
function tile({ field, display }, hours) {
  const { today, yesterday } = dayTotals(hours, field, Date.now());
  const before = make("dd", "small muted", t("identity.usage.yesterday", { count: yesterday }));
  return make("div", "", make("dt", "", display), make("dd", "number", formatNumber(today)), before);
}

/**
 * @param {Hour[]} hours
 * @param {Counter} field
 * @param {number} now ms
 * @returns {{today: number, yesterday: number}} an hour counts for the day in which it begins
 */
export function dayTotals(hours, field, now) {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const before = new Date(midnight);
  before.setDate(before.getDate() - 1);
  const total = { today: 0, yesterday: 0 };
  for (const hour of hours) {
    const at = Date.parse(hour.at);
    if (at >= midnight.getTime()) total.today += Number(hour[field]);
    else if (at >= before.getTime()) total.yesterday += Number(hour[field]);
  }
  return total;
}
