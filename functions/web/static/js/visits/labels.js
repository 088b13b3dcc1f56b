/** Labels and texts about visits. Pure, but for the browser's locale. */

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Party} Party
 * @typedef {import("./api.js").Outcome} Outcome
 */

/** @type {ReadonlySet<string>} */
const OVER = new Set(["completed", "noShow", "timedOut", "cancelled", "failed"]);

/** @param {Pick<Visit, "state">} visit */
export function isOver({ state }) {
  return OVER.has(state);
}

/** @param {Pick<Visit, "state">} visit */
export function isActive({ state }) {
  return state === "inProgress" || state === "interrupted";
}

/**
 * @param {Visit} visit
 * @param {Party} party
 */
export function partyName(visit, party) {
  return party === "patient"
    ? visit.patientName || `Patient ${visit.patientId}`
    : visit.practitionerName || "Your clinician";
}

/** @param {Party} party */
export function otherParty(party) {
  return party === "patient" ? "practitioner" : "patient";
}

/**
 * @param {Visit} visit
 * @param {Party[]} parties
 * @returns {string} "Aroha Ngata and Mere Tipene"
 */
export function names(visit, parties) {
  return parties.map((party) => partyName(visit, party)).join(" and ");
}

/** @type {Record<Outcome, string>} */
const OUTCOMES = {
  completed: "Completed",
  left: "Ended: people left",
  connectionLost: "Ended: connection lost",
  timeLimit: "Ended: time was up",
  noShow: "Did not take place",
  cancelled: "Cancelled",
  failed: "Failed",
};

/** @param {Outcome | null} outcome */
export function outcomeLabel(outcome) {
  return outcome ? OUTCOMES[outcome] : "";
}

/**
 * @param {Visit} visit
 * @returns {{text: string, look: string}} the state as clinicians see it, and its badge's look
 */
export function stateLabel(visit) {
  switch (visit.state) {
    case "scheduled":
      return { text: "Scheduled", look: "quiet" };
    case "waiting":
      return { text: visit.present.includes("patient") ? "Patient waiting" : "Waiting for patient", look: "warn" };
    case "inProgress":
      return { text: "In progress", look: "ok" };
    case "interrupted":
      return visit.left.length ? { text: `${names(visit, visit.left)} left`, look: "warn" } : { text: "Connection lost", look: "danger" };
    case "completed":
      return { text: outcomeLabel(visit.outcome) || "Completed", look: "quiet" };
    case "noShow":
      return { text: visit.didNotShow.length ? `${names(visit, visit.didNotShow)} did not come` : "Did not take place", look: "quiet" };
    case "failed":
      return { text: "Failed", look: "danger" };
    default:
      return { text: outcomeLabel(visit.outcome) || "Over", look: "quiet" };
  }
}

/**
 * @param {string | null} instant ISO 8601
 * @returns {string} "14:30"
 */
export function formatTime(instant) {
  return instant ? new Date(instant).toLocaleTimeString([], { timeStyle: "short" }) : "";
}

/**
 * @param {string} instant ISO 8601
 * @param {number} now Unix ms
 * @returns {string} "Today", "Tomorrow", "Yesterday" or "Sat, 21 Nov"
 */
export function formatDay(instant, now) {
  const at = new Date(instant);
  const words = ["Yesterday", "Today", "Tomorrow"];
  for (const [number, word] of words.entries()) {
    const day = new Date(now);
    day.setDate(day.getDate() + number - 1);
    if (at.toDateString() === day.toDateString()) return word;
  }
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { weekday: "short", day: "numeric", month: "short" };
  if (at.getFullYear() !== new Date(now).getFullYear()) form.year = "numeric";
  return at.toLocaleDateString([], form);
}

/**
 * @param {number | null} seconds
 * @returns {string} "14 minutes", "45 seconds"
 */
export function formatDuration(seconds) {
  if (seconds === null) return "";
  const [number, unit] = seconds < 60 ? [Math.round(seconds), "second"] : [Math.round(seconds / 60), "minute"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
