/** Draws encounters as rows by day, each a link to the encounter. */
import { make } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { byDay, timeOf } from "./days.js";
import { kindName, patientName, photos } from "./words.js";

/** @typedef {import("./api.js").Encounter} Encounter */

/**
 * @param {HTMLElement} place
 * @param {Encounter[]} encounters newest first
 * @param {{withNames: boolean, heading: "h2" | "h3"}} options `withNames`: false where all are of one patient
 */
export function drawRows(place, encounters, { withNames, heading }) {
  const days = byDay(encounters, ({ startedAt }) => startedAt);
  place.replaceChildren(
    ...days.flatMap(({ day, items }) => {
      const list = make("ul", "card encounter-list", ...items.map((one) => make("li", "", row(one, withNames))));
      list.setAttribute("role", "list");
      return [make(heading, "day", day), list];
    }),
  );
}

/**
 * @param {Encounter} encounter
 * @param {boolean} withNames
 */
function row(encounter, withNames) {
  const { encounterId, startedAt, state, photoCount } = encounter;
  const time = make("time", "", timeOf(startedAt));
  time.dateTime = startedAt;
  const details = photoCount ? photos(photoCount) : "";
  const first = withNames ? patientName(encounter) : kindName(encounter);
  const second = (withNames ? [kindName(encounter), details] : [details]).filter(Boolean).join(" · ");
  const what = make("span", "", make("span", "name", first));
  if (second) what.append(make("span", "muted", second));
  const ahead = state === "open" && Date.parse(startedAt) > Date.now();
  const badge = make("span", state === "open" ? "badge" : "badge quiet", ahead ? t("encounters.state.scheduled") : state === "open" ? t("encounters.state.open") : t("encounters.state.ended"));
  const link = make("a", "encounter-row", time, what, badge);
  link.href = `/encounter?id=${encodeURIComponent(encounterId)}`;
  return link;
}
