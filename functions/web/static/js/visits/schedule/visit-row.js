/** One visit in the practitioner's list. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { formatDay, formatMinutes, formatTime, isOver, isToday, partyName, stateLabel } from "../labels.js";
import { serverNow } from "../server-clock.js";

/** @typedef {import("../api.js").Visit} Visit */

/**
 * @param {Visit} visit
 * @param {{dated: boolean, userId: string, onReschedule: (visit: Visit) => void}} about `dated`: the day stands over the
 *   time even if it is today
 */
export function visitRow(visit, { dated, userId, onReschedule }) {
  const name = partyName(visit, "patient");
  const now = serverNow();
  // Around midnight, today's list has visits of the day before and after that are going on.
  const day = dated || !isToday(visit.startsAt, now) ? formatDay(visit.startsAt, now) : "";
  const at = formatTime(visit.startsAt);
  const when = [day, at].filter(Boolean).join(" ");
  const { text, look } = stateLabel(visit);
  const waits = waiting(visit, now);
  const mine = visit.practitionerId === userId;
  const whose = mine ? "" : partyName(visit, "practitioner");
  const open = () => {
    const link = make("a", `button${waits && mine ? " primary" : ""}`, t("visits.open"));
    link.href = `/visit#v=${encodeURIComponent(visit.visitId)}`;
    link.setAttribute("aria-label", t("visits.open.of", { name, when }));
    return link;
  };
  const reschedule = () => {
    const button = make("button", "button plain", t("visits.reschedule"));
    button.type = "button";
    button.setAttribute("aria-label", t("visits.reschedule.of", { name, when }));
    button.onclick = () => onReschedule(visit);
    return button;
  };
  return {
    key: visit.visitId,
    drawn: JSON.stringify([name, day, at, text, look, waits, whose, visit.serviceName, visit.durationMinutes, visit.sequence]),
    make() {
      const start = make("p", "visit-when", ...(day ? [make("span", "visit-day", day)] : []), make("span", "visit-time", at));
      const small = make("p", "small muted", [formatMinutes(visit.durationMinutes), visit.serviceName, whose].filter(Boolean).join(" · "));
      const who = make("div", "visit-who", make("h2", "visit-name", name), small);
      // The badge itself says who is waiting, and since when.
      const badge = waits ? make("span", "badge warn pulsing", waits) : make("span", `badge ${look}`, text);
      const row = make("li", "visit-row card", start, who, make("p", "visit-state", badge), make("div", "visit-row-actions", ...(visit.state === "scheduled" ? [reschedule()] : []), open()));
      if (isOver(visit)) row.classList.add("over");
      return row;
    },
  };
}

/**
 * @param {Visit} visit
 * @param {number} now Unix ms
 * @returns {string} who is waiting since when; "" for nobody
 */
function waiting(visit, now) {
  if (visit.state !== "waiting" || !visit.waitingSince) return "";
  const minutes = Math.floor((now - Date.parse(visit.waitingSince)) / 60_000);
  const time = formatTime(visit.waitingSince);
  const since = visit.present.includes("patient") ? t("visits.waits.patient-since", { time }) : t("visits.waits.clinician-since", { time });
  return minutes > 0 ? `${since} (${formatMinutes(minutes)})` : since;
}
