/** All visits of a period, however many pages that are. */
import { listVisits } from "./api.js";
import { syncClock } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** Pages of 50 visits that are asked for at most. */
const MOST_PAGES = 10;

/**
 * @param {{start: Date, end: Date}} period
 * @param {number} [most] pages
 * @returns {Promise<{visits: Visit[], more: boolean}>} each visit once; `more`: there are more than were asked for
 */
export async function listPeriod({ start, end }, most = MOST_PAGES) {
  const period = { dayStart: start.toISOString(), dayEnd: end.toISOString() };
  /** @type {Map<string, Visit>} */
  const found = new Map();
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < most; page += 1) {
    const answer = await listVisits("today", cursor, period);
    syncClock(answer.serverTime);
    for (const visit of answer.visits) found.set(visit.visitId, visit);
    cursor = answer.cursor;
    if (!cursor) break;
  }
  return { visits: [...found.values()], more: cursor !== null };
}
