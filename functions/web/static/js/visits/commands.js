/** What can be done about visits from anywhere, and how they are found. */
import { fold } from "../shell/palette/ranking.js";
import { t } from "../shell/messages.js";
import { mayUseSchedule } from "./access.js";
import { formatDay, formatTime, partyName } from "./labels.js";
import { listPeriod } from "./period.js";
import { serverNow } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** The search knows the visits of this long before now, and after it. In milliseconds. */
const BACK_MS = 7 * 24 * 3_600_000;
const AHEAD_MS = 14 * 24 * 3_600_000;

/** Pages of 50 visits that are asked for at most. */
const MOST_PAGES = 4;

/** Visits are asked for again when they are older than this. In milliseconds. */
const FRESH_MS = 60_000;

/** @type {{at: number, visits: Promise<Visit[]>} | null} */
let known = null;

/** @type {readonly import("../shell/commands.js").Command[]} */
export const commands = [
  { title: t("visits.command.new"), icon: "visits", words: t("visits.command.new.words"), isFor: mayUseSchedule, path: "/schedule#new", keys: "n v" },
];

/** @type {import("../shell/commands.js").Search} */
export const search = {
  title: t("visits.search"),
  isFor: mayUseSchedule,
  async find(text) {
    const parts = fold(text).split(/\s+/);
    const now = serverNow();
    const names = (/** @type {Visit} */ { patientName, practitionerName }) => ` ${fold(`${patientName ?? ""} ${practitionerName ?? ""}`)}`;
    const fits = (await visits(now)).filter((visit) => parts.every((part) => names(visit).includes(` ${part}`)));
    const distance = (/** @type {Visit} */ { startsAt }) => Math.abs(Date.parse(startsAt) - now);
    return fits.sort((one, other) => distance(one) - distance(other)).map((visit) => ({
      title: partyName(visit, "patient"),
      detail: `${formatDay(visit.startsAt, now)} ${formatTime(visit.startsAt)} · ${partyName(visit, "practitioner")}`,
      icon: "visits",
      path: `/visit#v=${encodeURIComponent(visit.visitId)}`,
    }));
  },
};

/** @param {number} now Unix ms */
function visits(now) {
  if (known && now - known.at < FRESH_MS) return known.visits;
  const period = { start: new Date(now - BACK_MS), end: new Date(now + AHEAD_MS) };
  const mine = { at: now, visits: listPeriod(period, MOST_PAGES).then((found) => found.visits) };
  known = mine;
  // A failure is not kept.
  mine.visits.catch(() => (known = known === mine ? null : known));
  return mine.visits;
}
