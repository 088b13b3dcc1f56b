/**
 * What waits in visits: patients in the waiting room, calls that were cut off, and recordings that failed.
 *
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {import("../../shell/attention.js").Waiting} Waiting
 */
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getRecording } from "../api.js";
import { formatMinutes, formatTime, isOver, partyName, stateLabel } from "../labels.js";

/** So many recordings of the day are looked at. */
const MOST_RECORDINGS = 10;

/** Recordings that are done, and whether they failed; they do not change any more. @type {Map<string, boolean>} */
const settled = new Map();

/**
 * @param {readonly Visit[]} visits
 * @param {string} userId
 * @param {number} now Unix ms
 * @returns {Waiting[]} one's own first, then those who have waited longest
 */
export function waitingVisits(visits, userId, now) {
  const present = visits.filter(({ state, present }) => state === "interrupted" || (state === "waiting" && present.includes("patient")));
  const since = (/** @type {Visit} */ { waitingSince, startsAt }) => Date.parse(waitingSince ?? startsAt);
  const own = (/** @type {Visit} */ { practitionerId }) => Number(practitionerId === userId);
  return present
    .sort((one, other) => own(other) - own(one) || since(one) - since(other))
    .map((visit) => {
      const isWaiting = visit.state === "waiting";
      const whose = own(visit) ? "" : ` · ${partyName(visit, "practitioner")}`;
      const about = isWaiting ? waitingTime(now - since(visit)) : t("visits.waits.cut-off", { time: formatTime(visit.startsAt) });
      return {
        key: visit.visitId,
        title: partyName(visit, "patient"),
        detail: about + whose,
        path: path(visit),
        action: isWaiting ? t("visits.open") : t("visits.go-back"),
        look: isWaiting ? "warn" : "danger",
        label: isWaiting ? t("visits.waits.label") : stateLabel(visit).text,
        isPerson: isWaiting,
      };
    });
}

/** @param {number} ms */
function waitingTime(ms) {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? t("visits.waits.in-room-now") : t("visits.waits.in-room", { time: formatMinutes(minutes) });
}

/**
 * @param {readonly Visit[]} visits
 * @param {string} userId
 * @returns {Promise<Waiting[]>} this person's recordings of the day that failed
 */
export async function failedRecordings(visits, userId) {
  const recorded = visits.filter((visit) => isOver(visit) && visit.practitionerId === userId && visit.recordingConsent === "given");
  const failed = await Promise.all(recorded.slice(-MOST_RECORDINGS).map(async (visit) => ((await hasFailed(visit.visitId)) ? [visit] : [])));
  return failed.flat().map((visit) => ({
    key: `recording/${visit.visitId}`,
    title: partyName(visit, "patient"),
    detail: t("visits.recording.not-made", { time: formatTime(visit.startsAt) }),
    path: path(visit),
    action: t("visits.open"),
    look: "danger",
    label: t("visits.recording.failed"),
  }));
}

/** @param {string} visitId */
async function hasFailed(visitId) {
  const known = settled.get(visitId);
  if (known !== undefined) return known;
  try {
    const { state } = await getRecording(visitId);
    if (state === "failed" || state === "completed") settled.set(visitId, state === "failed");
    return state === "failed";
  } catch (error) {
    // Nobody has recorded this visit, whatever was allowed.
    if (!(error instanceof HttpProblem && error.status === 404)) throw error;
    settled.set(visitId, false);
    return false;
  }
}

/** @param {Visit} visit */
function path({ visitId }) {
  return `/visit#v=${encodeURIComponent(visitId)}`;
}
