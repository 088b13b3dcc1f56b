/** An encounter: what it is, what can be done about it, and what happened in it. */
import { requireSignIn } from "../../app.js";
import { setPlace } from "../../shell/crumbs.js";
import { reloadUser } from "../../shell/current-user.js";
import { byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatMoment } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { drawZone } from "../../shell/zone.js";
import { mayUseEncounters } from "../access.js";
import { getEncounter } from "../api.js";
import { drawTimeline } from "../timeline.js";
import { kindName, patientName, photos } from "../words.js";

/** @typedef {import("../api.js").Encounter} Encounter */

const encounterId = new URLSearchParams(location.search).get("id") ?? "";
let shown = false;

/** @param {import("../../shell/users.js").User} known */
async function open(known) {
  showScreen("loading");
  byId("again").onclick = byId("look-again").onclick = () => void open(known);
  try {
    const user = mayUseEncounters(known) ? known : await reloadUser();
    if (!mayUseEncounters(user)) return showScreen("closed");
    if (!encounterId) return showScreen("missing");
    await load();
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
    if (error instanceof HttpProblem && (error.status === 404 || error.status === 422)) return showScreen("missing");
    setText("failed-text", errorMessage(error));
    return showScreen("failed");
  }
  showScreen("encounter");
  shown = true;
}

async function load() {
  const { encounter, timeline } = await getEncounter(encounterId);
  draw(encounter);
  drawTimeline(byId("timeline"), timeline);
}

/** @param {Encounter} encounter */
function draw(encounter) {
  const { kind, state, startedAt, photoCount, recordId } = encounter;
  const name = patientName(encounter);
  const started = Date.parse(startedAt);
  setPlace(name);
  setText("title", name);
  setText("about", `${kindName(encounter)}, ${formatMoment(started)}`);
  setText("state", state === "ended" ? t("encounters.state.ended") : started > Date.now() ? t("encounters.state.scheduled") : t("encounters.state.open"));
  byId("state").className = state === "ended" ? "badge quiet" : "badge";
  setText("photos", photos(photoCount));
  byId("photos").hidden = !photoCount;
  const link = byId("open", HTMLAnchorElement);
  link.href = kind === "visit" ? `/visit#v=${encodeURIComponent(encounterId)}` : capturePath(encounter);
  link.textContent = kind === "visit" ? t("encounters.open-visit") : state === "open" ? t("encounters.open-session") : t("encounters.see-photos");
  link.hidden = kind === "capture" && !encounter.patientId;
  byId("chart", HTMLAnchorElement).href = `/patient?id=${encodeURIComponent(recordId ?? "")}`;
  byId("chart").hidden = !recordId;
}

/** @param {Encounter} encounter */
function capturePath({ patientId }) {
  return `/?${new URLSearchParams({ patientId: patientId ?? "", encounterId })}`;
}

/** Brings the page up to date when somebody comes back to it. */
async function refresh() {
  if (!shown || document.hidden) return;
  try {
    await load();
    setText("said", "");
  } catch (error) {
    setText("said", errorMessage(error));
  }
}

document.addEventListener("visibilitychange", () => void refresh());

const entered = requireSignIn();
if (entered) {
  drawZone(entered);
  void open(entered);
}
