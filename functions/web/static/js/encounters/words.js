/** What happened in an encounter, in plain words. Pure, but for the page's language. */
import { deviceName } from "../shell/device.js";
import { formatMoment } from "../shell/format.js";
import { t } from "../shell/messages.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {import("./api.js").TimelineEvent} TimelineEvent
 */

const OUTCOMES = {
  completed: t("encounters.outcome.ended"),
  left: t("encounters.outcome.left"),
  connectionLost: t("encounters.outcome.connection"),
  timeLimit: t("encounters.outcome.time"),
  noShow: t("encounters.outcome.no-show"),
  cancelled: t("encounters.outcome.cancelled"),
  failed: t("encounters.outcome.failed"),
};
const MANNERS = { spoken: t("encounters.manner.spoken"), written: t("encounters.manner.written"), bestInterests: t("encounters.manner.best-interests") };
const GIVERS = { patient: t("encounters.giver.patient"), representative: t("encounters.giver.representative") };
const DECISIONS = {
  /** @param {string} who */
  asked: (who) => t("encounters.event.recording-asked", { who }),
  /** @param {string} who */
  given: (who) => t("encounters.event.recording-given", { who }),
  /** @param {string} who */
  refused: (who) => t("encounters.event.recording-refused", { who }),
};

/** @param {Encounter} encounter */
export function patientName({ patientName: name }) {
  return name || t("encounters.no-name");
}

/** @param {Pick<Encounter, "kind">} encounter */
export function kindName({ kind }) {
  return kind === "visit" ? t("encounters.kind.visit") : t("encounters.kind.photos");
}

/** @param {number} count */
export function photos(count) {
  return t("encounters.photos", { count });
}

/** @param {TimelineEvent["actor"]} actor */
export function actorName({ kind, name }) {
  switch (kind) {
    case "user":
      return name || t("encounters.actor.somebody");
    case "patient":
      return name ? t("encounters.actor.patient-name", { name }) : t("encounters.actor.patient");
    case "phone":
      return t("encounters.actor.phone");
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
  switch (event.kind) {
    case "session-opened":
      return t("encounters.event.session-opened", { who });
    case "session-reopened":
      return t("encounters.event.session-reopened", { who });
    case "session-ended":
      return byItself ? t("encounters.event.session-ended-by-itself") : t("encounters.event.session-ended", { who });
    case "phone-joined":
      return event.phone ? t("encounters.event.phone-joined-as", { phone: deviceName(event.phone) }) : t("encounters.event.phone-joined");
    case "consent-recorded":
      return t("encounters.event.consent-recorded", { who, manner: manner(event) });
    case "photo-arrived":
      return event.actor.kind === "phone" ? t("encounters.event.photo-arrived", { count }) : t("encounters.event.photo-added", { who, count });
    case "photo-described":
      return t("encounters.event.photo-described", { who, count });
    case "photo-edited":
      return t("encounters.event.photo-edited", { who, count });
    case "photo-kept":
      return t("encounters.event.photo-kept", { who, count });
    case "photo-unkept":
      return t("encounters.event.photo-unkept", { who, count });
    case "photo-deleted":
      return t("encounters.event.photo-deleted", { who, count });
    case "photo-refused":
      return t("encounters.event.photo-refused", { count });
    case "photo-vanished":
      return t("encounters.event.photo-vanished", { count });
    case "photo-committed":
      return t("encounters.event.photo-committed", { who, count });
    case "photo-not-committed":
      return t("encounters.event.photo-not-committed", { count });
    case "visit-booked":
      return t("encounters.event.visit-booked", { who, when: forWhen(event) });
    case "visit-rescheduled":
      return t("encounters.event.visit-rescheduled", { who, when: forWhen(event) });
    case "visit-joined":
      return t("encounters.event.visit-joined", { who });
    case "visit-started":
      return t("encounters.event.visit-started");
    case "visit-interrupted":
      return t("encounters.event.visit-interrupted");
    case "visit-resumed":
      return t("encounters.event.visit-resumed");
    case "visit-ended":
      return outcome(event);
    case "visit-cancelled":
      return t("encounters.event.visit-cancelled", { who });
    case "notes-saved":
      return t("encounters.event.notes-saved", { who });
    case "notes-signed":
      return t("encounters.event.notes-signed", { who });
    case "notes-addendum":
      return t("encounters.event.notes-addendum", { who });
    case "notes-released":
      return t("encounters.event.notes-released", { who });
    case "notes-committed":
      return t("encounters.event.notes-committed");
    case "notes-not-committed":
      return t("encounters.event.notes-not-committed");
    case "recording-consent":
      return DECISIONS[/** @type {keyof typeof DECISIONS} */ (event.decision)]?.(who) ?? t("encounters.event.recording-answered", { who });
    case "recording-started":
      return byItself ? t("encounters.event.recording-started-by-itself") : t("encounters.event.recording-started", { who });
    case "recording-stopped":
      return byItself ? t("encounters.event.recording-stopped-by-itself") : t("encounters.event.recording-stopped", { who });
    case "recording-ready":
      return t("encounters.event.recording-ready");
    case "recording-failed":
      return t("encounters.event.recording-failed");
    case "events-missing":
      return t("encounters.event.missing", { count: Number(event.count) });
    default:
      return t("encounters.event.unknown");
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
  const text = OUTCOMES[/** @type {keyof typeof OUTCOMES} */ (event.outcome)] ?? t("encounters.outcome.ended");
  return event.actor.kind === "system" ? text : t("encounters.event.visit-ended-by", { who: actorName(event.actor) });
}

/** @param {TimelineEvent} event */
function manner({ manner: code, givenBy }) {
  const text = MANNERS[/** @type {keyof typeof MANNERS} */ (code)];
  const giver = GIVERS[/** @type {keyof typeof GIVERS} */ (givenBy)];
  return text ? ` (${giver ? `${text}, ${giver}` : text})` : "";
}

/** @param {TimelineEvent} event */
function forWhen({ startsAt }) {
  return startsAt ? ` ${t("encounters.event.for", { when: formatMoment(Date.parse(startsAt)) })}` : "";
}
