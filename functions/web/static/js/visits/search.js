/** How visits are found from anywhere. */
import { keptFresh } from "../shell/fresh.js";
import { t } from "../shell/messages.js";
import { namesFit } from "../shell/palette/ranking.js";
import { mayUseSchedule } from "./access.js";
import { formatDay, formatTime, partyName } from "./labels.js";

/** @typedef {import("./api.js").Visit} Visit */

/** The search knows the visits of this long before now, and after it. In milliseconds. */
const BACK_MS = 7 * 24 * 3_600_000;
const AHEAD_MS = 14 * 24 * 3_600_000;

/** Pages of 50 visits that are asked for at most. */
const MOST_PAGES = 4;

/** @param {import("../shell/commands.js").Get} get @returns {Promise<Visit[]>} */
async function load(get) {
  const [dayStart, dayEnd] = [-BACK_MS, AHEAD_MS].map((by) => new Date(Date.now() + by).toISOString());
  const period = { view: "today", dayStart: dayStart ?? "", dayEnd: dayEnd ?? "" };
  /** @type {Map<string, Visit>} */
  const found = new Map();
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    /** @type {import("./api.js").VisitPage} */
    const answer = await get(`/visits?${new URLSearchParams({ ...period, ...(cursor && { cursor }) })}`);
    for (const visit of answer.visits) found.set(visit.visitId, visit);
    cursor = answer.cursor;
    if (!cursor) break;
  }
  return [...found.values()];
}

const visits = keptFresh(load);

/** @type {import("../shell/commands.js").Search} */
export const search = {
  title: t("visits.search"),
  isFor: mayUseSchedule,
  async find(text, get) {
    const fits = (await visits(get)).filter(({ patientName, practitionerName }) => namesFit(text, patientName, practitionerName));
    const now = Date.now();
    const distance = (/** @type {Visit} */ { startsAt }) => Math.abs(Date.parse(startsAt) - now);
    return fits.sort((one, other) => distance(one) - distance(other)).map((visit) => ({
      title: partyName(visit, "patient"),
      detail: `${formatDay(visit.startsAt, now)} ${formatTime(visit.startsAt)} · ${partyName(visit, "practitioner")}`,
      icon: "visits",
      path: `/visit#v=${encodeURIComponent(visit.visitId)}`,
    }));
  },
};
