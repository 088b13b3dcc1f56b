/** The encounters page: the facility's latest, or those of the patient in the URL. */
import { requireSignIn } from "../../app.js";
import { setPlace } from "../../shell/crumbs.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { drawZone } from "../../shell/zone.js";
import { mayUseEncounters } from "../access.js";
import { listEncounters, listLatest } from "../api.js";
import { drawRows } from "../rows.js";
import { patientName } from "../words.js";

/** @typedef {import("../api.js").Encounter} Encounter */

const patientId = new URLSearchParams(location.search).get("patientId") ?? "";
/** @type {Encounter[]} */
let encounters = [];
/** @type {string | null} */
let cursor = null;

const list = () => (patientId ? listEncounters(patientId, cursor) : listLatest(cursor));

/** @param {import("../../shell/users.js").User} known */
async function open(known) {
  showScreen("loading");
  try {
    const user = mayUseEncounters(known) ? known : await reloadUser();
    if (!mayUseEncounters(user)) return showScreen("closed");
    cursor = null;
    ({ encounters, cursor } = await list());
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    return showScreen("failed");
  }
  draw();
  showScreen("encounters");
}

function draw() {
  const [first] = encounters;
  byId("of-patient").hidden = !patientId;
  if (patientId && first) {
    setText("about", t("encounters.of", { name: patientName(first) }));
    setPlace(patientName(first));
  } else if (patientId) setText("about", t("encounters.of-this"));
  byId("chart", HTMLAnchorElement).href = `/patient?id=${encodeURIComponent(first?.recordId ?? patientId)}`;
  byId("chart").hidden = Boolean(first && !first.recordId);
  byId("empty").hidden = Boolean(encounters.length);
  drawRows(byId("list"), encounters, { withNames: !patientId, heading: "h2" });
  byId("more").hidden = !cursor;
}

async function more() {
  const button = byId("more", HTMLButtonElement);
  const before = encounters.length;
  button.disabled = true;
  setText("list-said", "");
  try {
    const page = await list();
    encounters = [...encounters, ...page.encounters];
    cursor = page.cursor;
    draw();
    announce(t("encounters.more", { count: page.encounters.length }));
    const rows = byId("list").querySelectorAll("a");
    rows[before]?.focus();
  } catch (error) {
    setText("list-said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

byId("more").addEventListener("click", () => void more());

const entered = requireSignIn();
if (entered) {
  drawZone(entered);
  void open(entered);
}
