/** What happened in an encounter, in plain words. Pure, but for the browser's locale. */
import { formatMoment } from "../shell/format.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {import("./api.js").TimelineEvent} TimelineEvent
 */

const OUTCOMES = {
  completed: "The visit ended",
  left: "The visit ended: both had left",
  connectionLost: "The visit ended: the connection was lost",
  timeLimit: "The visit ended: its time was up",
  noShow: "The visit did not take place: somebody did not come",
  cancelled: "The visit was cancelled",
  failed: "The visit ended: the video service failed",
};
const MANNERS = { spoken: "spoken", written: "written", bestInterests: "in the patient’s best interests" };
const DECISIONS = {
  asked: "asked the patient to allow a recording",
  given: "allowed the recording",
  refused: "did not allow the recording",
};

/** @param {Encounter} encounter */
export function patientName({ patientName: name }) {
  return name || "Patient without a name";
}

/** @param {Pick<Encounter, "kind">} encounter */
export function kindName({ kind }) {
  return kind === "visit" ? "Video visit" : "Photos";
}

/** @param {number} count */
export function photos(count) {
  return count === 1 ? "1 photo" : `${count} photos`;
}

/** @param {TimelineEvent["actor"]} actor */
export function actorName({ kind, name }) {
  switch (kind) {
    case "user":
      return name || "Somebody of the facility";
    case "patient":
      return name ? `${name} (patient)` : "The patient";
    case "phone":
      return "The phone";
    default:
      return "Bedside";
  }
}

/**
 * @param {TimelineEvent} event
 * @param {number} count how often it happened in a row
 * @returns {string} a sentence without a full stop
 */
export function sentence(event, count) {
  const who = actorName(event.actor);
  const byItself = event.actor.kind === "system";
  const some = count === 1 ? "a photo" : `${count} photos`;
  switch (event.kind) {
    case "session-opened":
      return `${who} started a photo session`;
    case "session-reopened":
      return `${who} opened the photo session again`;
    case "session-ended":
      return byItself ? "The photo session ended by itself, because nothing happened in it any more" : `${who} ended the photo session`;
    case "phone-joined":
      return event.phone ? `A phone joined: ${event.phone}` : "A phone joined";
    case "consent-recorded":
      return `${who} recorded consent to photography${manner(event)}`;
    case "photo-arrived":
      return event.actor.kind === "phone" ? (count === 1 ? "A photo arrived" : `${count} photos arrived`) : `${who} added ${some}`;
    case "photo-described":
      return `${who} described ${some}`;
    case "photo-edited":
      return `${who} marked up ${some}`;
    case "photo-kept":
      return `${who} kept ${some} beyond the usual time`;
    case "photo-unkept":
      return `${who} let ${some} go after the usual time`;
    case "photo-deleted":
      return `${who} deleted ${some}`;
    case "photo-refused":
      return count === 1 ? "A photo arrived damaged and was set aside" : `${count} photos arrived damaged and were set aside`;
    case "photo-vanished":
      return count === 1 ? "A photo’s time was up, and it was deleted" : `The time of ${count} photos was up, and they were deleted`;
    case "visit-booked":
      return `${who} booked the visit${forWhen(event)}`;
    case "visit-rescheduled":
      return `${who} moved the visit${forWhen(event)}`;
    case "visit-joined":
      return `${who} joined the visit`;
    case "visit-started":
      return "Both were there: the visit began";
    case "visit-interrupted":
      return "Somebody was gone: the visit was interrupted";
    case "visit-resumed":
      return "Both were there again: the visit went on";
    case "visit-ended":
      return outcome(event);
    case "visit-cancelled":
      return `${who} cancelled the visit`;
    case "notes-saved":
      return `${who} saved notes`;
    case "notes-signed":
      return `${who} signed the notes`;
    case "notes-addendum":
      return `${who} added to the signed notes`;
    case "notes-released":
      return `${who} gave the patient a copy of the notes`;
    case "recording-consent":
      return `${who} ${DECISIONS[/** @type {keyof typeof DECISIONS} */ (event.decision)] ?? "answered about a recording"}`;
    case "recording-started":
      return byItself ? "A recording started" : `${who} started a recording`;
    case "recording-stopped":
      return byItself ? "The recording stopped" : `${who} stopped the recording`;
    case "recording-ready":
      return "The recording is ready";
    case "recording-failed":
      return "The recording failed";
    case "events-missing":
      return `${event.count} ${event.count === 1 ? "entry is" : "entries are"} missing here`;
    default:
      return "Something happened that this page does not know";
  }
}

/** @param {TimelineEvent} event */
export function isMain({ kind }) {
  return /^(session|visit)-(opened|reopened|ended|booked|started|cancelled)$/.test(kind);
}

/** @param {TimelineEvent} event */
export function isAmiss({ kind }) {
  return kind === "events-missing" || kind === "recording-failed" || kind === "photo-refused";
}

/** @param {TimelineEvent} event */
function outcome(event) {
  const text = OUTCOMES[/** @type {keyof typeof OUTCOMES} */ (event.outcome)] ?? "The visit ended";
  return event.actor.kind === "system" ? text : `${actorName(event.actor)} ended the visit`;
}

/** @param {TimelineEvent} event */
function manner({ manner: code }) {
  const text = MANNERS[/** @type {keyof typeof MANNERS} */ (code)];
  return text ? ` (${text})` : "";
}

/** @param {TimelineEvent} event */
function forWhen({ startsAt }) {
  return startsAt ? ` for ${formatMoment(Date.parse(startsAt))}` : "";
}
