/**
 * The page on which administrators of the system connect facilities to their patients' records. Those of a facility say who
 * is who in its record.
 */
import { requireSignIn } from "../../app.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { isAdmin, isSystemAdmin } from "../../shell/users.js";
import { getTarget, listFacilities, saveTarget, testTarget } from "./api.js";
import { copyFrom } from "./copying.js";
import { TargetForm } from "./form.js";
import { drawLaunch } from "./launch.js";
import { RecordPeople } from "./people.js";
import { findingWords } from "./words.js";

/** @typedef {import("./api.js").Target} Target */

/** A test takes some seconds; it is asked for so often. */
const POLL_MS = 2_000;

const form = new TargetForm();
const people = new RecordPeople();
const facility = byId("facility", HTMLSelectElement);
/** The facility whose settings are shown, and their version; null while another one's are being read. */
/** @type {{facilityId: string, etag: string} | null} */
let shown = null;
/** Only the answer about the facility that is chosen is shown. */
let latest = 0;
let timer = 0;

async function open() {
  const { value: chosen } = facility;
  showScreen("loading");
  try {
    const facilities = await listFacilities();
    facility.replaceChildren(...facilities.map(({ facilityId, name }) => new Option(name, facilityId)));
    if (facilities.some(({ facilityId }) => facilityId === chosen)) facility.value = chosen;
    showScreen("target");
  } catch (error) {
    return failToOpen(error);
  }
  await choose();
}

/** @param {string} facilityId */
function openPeople(facilityId) {
  byId("facility-part").hidden = true;
  setText("target-about", t("commits.page.people"));
  people.show(facilityId);
  showScreen("target");
}

/** Shows the settings of the facility that is chosen; until they are read, there is nothing to save. */
async function choose() {
  const mine = ++latest;
  const { value: facilityId } = facility;
  shown = null;
  clearTimeout(timer);
  setText("said", t("shell.loading"));
  for (const id of ["form", "key", "check", "launch"]) byId(id).hidden = true;
  people.show("");
  try {
    const { target, etag } = await getTarget(facilityId);
    if (mine !== latest) return;
    shown = { facilityId, etag };
    form.fill(target);
    draw(facilityId, target);
  } catch (error) {
    if (mine === latest) failToOpen(error);
  }
}

/** @param {unknown} error */
function failToOpen(error) {
  setText("failed-text", errorMessage(error));
  showScreen("failed");
}

/**
 * @param {string} facilityId
 * @param {Target | null} target
 */
function draw(facilityId, target) {
  byId("form").hidden = false;
  setText("said", target ? "" : t("commits.none"));
  byId("check").hidden = !target;
  drawKey(target);
  drawLaunch(target, facilityId);
  // Only FHIR records say who opens Bedside there.
  people.show(target?.kind === "fhir" ? facilityId : "");
  if (target) drawCheck(target);
}

/** @param {Target | null} target */
function drawKey(target) {
  const key = target?.publicKey;
  byId("key").hidden = !key;
  if (!key) return;
  setText("key-copy", t("commits.key.copy"));
  setText("key-about", target.kind === "download" ? t("commits.key.download") : t("commits.key.fhir"));
  byId("key-text", HTMLTextAreaElement).value = JSON.stringify({ keys: [key] }, null, 2);
}

/** @param {Target} target */
function drawCheck({ check }) {
  const when = check ? formatDateTime(check.at) : "";
  const words = !check
    ? t("commits.check.never")
    : check.state === "running"
      ? t("commits.check.running")
      : check.state === "passed"
        ? t("commits.check.passed", { when })
        : t("commits.check.failed", { when });
  setText("check-said", words);
  byId("findings").replaceChildren(...(check?.findings ?? []).map(findingRow));
  byId("test").setAttribute("aria-disabled", String(check?.state === "running"));
  clearTimeout(timer);
  if (check?.state === "running") timer = setTimeout(() => void follow(), POLL_MS);
}

/** @param {{step: string, ok: boolean, detail?: string}} finding */
function findingRow(finding) {
  const badge = make("span", `badge ${finding.ok ? "ok" : "danger"}`, finding.ok ? t("commits.step.ok") : t("commits.step.failed"));
  const row = make("li", "service", badge, make("p", "", findingWords(finding)));
  if (finding.detail) row.append(make("p", "small muted", t("commits.step.detail", { detail: finding.detail })));
  return row;
}

async function follow() {
  const mine = latest;
  if (!shown) return;
  try {
    const { target } = await getTarget(shown.facilityId);
    if (mine === latest && target) drawCheck(target);
  } catch (error) {
    if (mine === latest) setText("check-said", errorMessage(error));
  }
}

async function test() {
  if (!shown || byId("test").getAttribute("aria-disabled") === "true") return;
  const mine = latest;
  byId("test").setAttribute("aria-disabled", "true");
  setText("check-said", t("commits.check.running"));
  byId("findings").replaceChildren();
  try {
    const { target } = await testTarget(shown.facilityId);
    if (mine === latest && target) drawCheck(target);
  } catch (error) {
    if (mine !== latest) return;
    byId("test").setAttribute("aria-disabled", "false");
    setText("check-said", errorMessage(error));
  }
}

async function save() {
  const settings = form.read();
  const button = byId("save");
  if (!shown || !settings || button.getAttribute("aria-disabled") === "true") return;
  const mine = latest;
  const { facilityId } = shown;
  button.setAttribute("aria-disabled", "true");
  try {
    const { target, etag } = await saveTarget(facilityId, settings, shown.etag);
    if (mine !== latest) return;
    shown = { facilityId, etag };
    form.fill(target);
    draw(facilityId, target);
    setText("said", t("commits.saved"));
    byId("target-title").focus();
  } catch (error) {
    if (mine === latest && !form.showErrors(error)) fail(error);
  } finally {
    button.setAttribute("aria-disabled", "false");
  }
}

/** @param {unknown} error */
function fail(error) {
  const stale = error instanceof HttpProblem && error.status === 412;
  byId("failure").textContent = stale ? t("commits.stale") : errorMessage(error);
  byId("failure").hidden = false;
}

facility.addEventListener("change", () => void choose());
byId("again").addEventListener("click", () => void open());
byId("test").addEventListener("click", () => void test());
byId("key-copy").addEventListener("click", () => void copyFrom(byId("key-text", HTMLTextAreaElement), byId("key-copy")));
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
const user = requireSignIn();
if (user) {
  if (isSystemAdmin(user)) void open();
  else if (isAdmin(user) && user.facilityId) openPeople(user.facilityId);
  else showScreen("closed");
}
