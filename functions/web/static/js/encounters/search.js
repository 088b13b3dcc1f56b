/** How encounters in which photos were taken are found from anywhere. Those of visits are found as visits. */
import { formatMoment } from "../shell/format.js";
import { keptFresh } from "../shell/fresh.js";
import { t } from "../shell/messages.js";
import { namesFit } from "../shell/palette/ranking.js";
import { mayUseEncounters } from "./access.js";
import { latestPath } from "./paths.js";

/** Pages of encounters, newest first, that are looked through. */
const MOST_PAGES = 3;

/** @param {import("../shell/commands.js").Get} get */
async function load(get) {
  const found = [];
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    /** @type {import("openapi").EncounterListDocument} */
    const part = await get(latestPath(cursor));
    found.push(...part.encounters);
    cursor = part.cursor;
    if (!cursor) break;
  }
  return found.filter(({ kind }) => kind === "capture");
}

const latest = keptFresh(load);

/** @type {import("../shell/commands.js").Search} */
export const search = {
  title: t("encounters.search"),
  isFor: mayUseEncounters,
  async find(text, get) {
    const fits = (await latest(get)).filter(({ patientName }) => namesFit(text, patientName));
    return fits.map(({ encounterId, patientName, startedAt, photoCount }) => ({
      title: patientName ?? "",
      detail: `${formatMoment(Date.parse(startedAt))} · ${t("encounters.photos", { count: photoCount })}`,
      icon: "encounters",
      path: `/encounter?id=${encodeURIComponent(encounterId)}`,
    }));
  },
};
