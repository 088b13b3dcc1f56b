/**
 * Labels and texts about visits for patients: plain and kind, with what to do next. Pure, but for the page's language.
 */
import { formatDayAndTime, isOver } from "../labels.js";
import { t } from "../../shell/messages.js";

/** @typedef {import("../api.js").Visit} Visit */

/**
 * @param {Visit} visit
 * @returns {{text: string, look: string}}
 */
export function stateLabelForPatient(visit) {
  switch (visit.state) {
    case "scheduled":
      return { text: t("visits.state.scheduled"), look: "quiet" };
    case "waiting":
      return visit.present.includes("practitioner")
        ? { text: t("visits.mine.they-wait"), look: "warn" }
        : { text: t("visits.mine.you-wait"), look: "quiet" };
    case "inProgress":
      return { text: t("visits.mine.now"), look: "ok" };
    case "interrupted":
      if (visit.left.includes("practitioner")) return { text: t("visits.mine.they-left"), look: "warn" };
      return visit.left.length ? { text: t("visits.mine.you-left"), look: "warn" } : { text: t("visits.state.lost"), look: "danger" };
    case "completed":
      return { text: t("visits.mine.done"), look: "quiet" };
    case "noShow":
      return { text: t("visits.outcome.no-show"), look: "quiet" };
    case "cancelled":
      return { text: t("visits.outcome.cancelled"), look: "quiet" };
    default:
      return { text: t("visits.mine.early"), look: "quiet" };
  }
}

/**
 * Explains how a visit ended.
 * @param {Visit} visit one that is over
 * @returns {[title: string, text: string]}
 */
export function endingMessage(visit) {
  const them = visit.practitionerName || t("visits.your-clinician.within");
  switch (visit.outcome) {
    case "completed":
      return [t("visits.ending.over"), t("visits.ending.over.text", { name: them })];
    case "left":
      return [t("visits.ending.over"), t("visits.ending.left.text")];
    case "connectionLost":
      return [t("visits.ending.lost"), t("visits.ending.lost.text")];
    case "timeLimit":
      return [t("visits.ending.time"), t("visits.ending.time.text")];
    case "noShow":
      return [t("visits.ending.no-show"), noShowReason(visit, them)];
    case "cancelled":
      return [t("visits.ending.cancelled"), t("visits.ending.cancelled.text")];
    default:
      return [t("visits.ending.failed"), t("visits.ending.failed.text")];
  }
}

/**
 * @param {Visit} visit
 * @param {string} them the clinician
 */
function noShowReason({ didNotShow }, them) {
  if (didNotShow.length !== 1) return t("visits.no-show.both", { name: them });
  return didNotShow[0] === "patient" ? t("visits.no-show.you", { name: them }) : t("visits.no-show.they", { name: them });
}

/**
 * @param {Visit} visit
 * @param {number} now Unix ms
 */
export function formatStart(visit, now) {
  return formatDayAndTime(visit.startsAt, now);
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
