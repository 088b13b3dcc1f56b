/**
 * Labels and texts about visits for patients: plain and kind, with what to do next. Pure, but for the browser's locale.
 */
import { formatDay, isOver, formatTime } from "../labels.js";

/** @typedef {import("../api.js").Visit} Visit */

/**
 * @param {Visit} visit
 * @returns {{text: string, look: string}}
 */
export function stateLabelForPatient(visit) {
  switch (visit.state) {
    case "scheduled":
      return { text: "Planned", look: "quiet" };
    case "waiting":
      return visit.present.includes("practitioner")
        ? { text: "Your clinician is waiting for you", look: "warn" }
        : { text: "Waiting for your clinician", look: "quiet" };
    case "inProgress":
      return { text: "Going on now", look: "ok" };
    case "interrupted":
      if (visit.left.includes("practitioner")) return { text: "Your clinician left the call", look: "warn" };
      return visit.left.length ? { text: "You left the call", look: "warn" } : { text: "Connection lost", look: "danger" };
    case "completed":
      return { text: "Done", look: "quiet" };
    case "noShow":
      return { text: "Did not take place", look: "quiet" };
    case "cancelled":
      return { text: "Cancelled", look: "quiet" };
    default:
      return { text: "Ended early", look: "quiet" };
  }
}

/**
 * Explains how a visit ended.
 * @param {Visit} visit one that is over
 * @returns {[title: string, text: string]}
 */
export function endingMessage(visit) {
  const them = visit.practitionerName || "your clinician";
  const again = "Please contact your clinic for a new time.";
  switch (visit.outcome) {
    case "completed":
      return ["Your visit is over", `Thank you for taking the time to see ${them}. You can close this page.`];
    case "left":
      return ["Your visit is over", `The call ended because people left it. If something was left open, contact your clinic.`];
    case "connectionLost":
      return ["The connection could not be restored", "The visit ended because one of you could not come back in time. Nobody is to blame: networks fail. If something was left open, contact your clinic."];
    case "timeLimit":
      return ["The time for this visit is over", "Visits end by themselves after this time. If something was left open, contact your clinic."];
    case "noShow":
      return ["This visit did not take place", `${noShowReason(visit, them)} ${again}`];
    case "cancelled":
      return ["This visit was cancelled", "You do not need to do anything. If you still need it, contact your clinic for a new time."];
    default:
      return ["This visit could not be held", `Something failed on our side, not on yours. ${again}`];
  }
}

/**
 * @param {Visit} visit
 * @param {string} them the clinician
 */
function noShowReason({ didNotShow }, them) {
  if (didNotShow.length !== 1) return `You and ${them} did not meet in time.`;
  return didNotShow[0] === "patient" ? `${them} was there, and you did not join in time.` : `You were there, and ${them} did not come in time. We are sorry.`;
}

/**
 * @param {Visit} visit
 * @param {number} now Unix ms
 */
export function formatStart(visit, now) {
  return `${formatDay(visit.startsAt, now)}, ${formatTime(visit.startsAt)}`;
}

/**
 * Groups visits: current and future ones, soonest first, and past ones, latest first.
 * @param {Visit[]} visits
 * @returns {{ahead: Visit[], over: Visit[]}}
 */
export function groupVisits(visits) {
  const at = (/** @type {Visit} */ visit) => Date.parse(visit.startsAt);
  return {
    ahead: visits.filter((visit) => !isOver(visit)).sort((one, two) => at(one) - at(two)),
    over: visits.filter(isOver).sort((one, two) => at(two) - at(one)),
  };
}
