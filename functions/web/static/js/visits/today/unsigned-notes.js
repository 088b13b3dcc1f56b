/** Which of a clinician's visits of today and the week before have notes that are not signed. */
import { t } from "../../shell/messages.js";
import { formatDayAndTime, isOver, partyName } from "../labels.js";
import { listPeriod } from "../period.js";
import { stepped } from "./calendar.js";

/**
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("../../shell/attention.js").Waiting} Waiting
 */

const DAYS_BACK = 7;
/** Pages of 50 visits of the facility that are asked for at most, and how often. */
const MOST_PAGES = 4;
const ASK_EVERY_MS = 60_000;
const MOST_SHOWN = 10;

/** The visits of the week before, which change only when somebody signs. @type {{visits: Visit[], at: number, day: number}} */
let earlier = { visits: [], at: -Infinity, day: 0 };

/**
 * @param {readonly Visit[]} today
 * @param {string} userId
 * @param {number} now Unix ms
 * @returns {Promise<Waiting[]>} the latest first
 */
export async function unsignedNotes(today, userId, now) {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (now - earlier.at > ASK_EVERY_MS || earlier.day !== midnight) {
    const start = new Date(stepped("day", midnight, -DAYS_BACK));
    const { visits } = await listPeriod({ start, end: new Date(midnight) }, MOST_PAGES);
    earlier = { visits, at: now, day: midnight };
  }
  const known = new Map([...earlier.visits, ...today].map((visit) => [visit.visitId, visit]));
  return [...known.values()]
    .filter((visit) => visit.practitionerId === userId && visit.startedAt && isOver(visit) && (visit.notesState === "none" || visit.notesState === "draft"))
    .sort((one, other) => Date.parse(other.startsAt) - Date.parse(one.startsAt))
    .slice(0, MOST_SHOWN)
    .map((visit) => {
      const when = formatDayAndTime(visit.startsAt, now);
      return {
        key: `notes/${visit.visitId}`,
        title: partyName(visit, "patient"),
        detail: visit.notesState === "draft" ? t("visits.notes.is-draft", { when }) : t("visits.notes.none-yet", { when }),
        path: `/visit#v=${encodeURIComponent(visit.visitId)}`,
        action: t("visits.open"),
        look: "warn",
        label: t("visits.notes.unsigned"),
      };
    });
}
