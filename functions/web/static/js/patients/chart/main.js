/** A patient's page: who they are, what can be done for them, and what has been done. */
import { requireSignIn } from "../../app.js";
import { drawEncounters, drawMedicines } from "../../chart.js";
import { setPlace } from "../../shell/crumbs.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { isolated, t } from "../../shell/messages.js";
import { mayUsePatients } from "../access.js";
import { getPatient, tiePerson, untiePerson } from "../api.js";
import { SEXES, aboutPatient, formatAge, formatBirth, numberOf } from "../labels.js";
import { EditDialog } from "./edit-dialog.js";

/**
 * @typedef {import("../api.js").Patient} Patient
 * @typedef {import("../api.js").Read} Read
 */

const patientId = new URLSearchParams(location.search).get("id") ?? "";
/** @type {Read} */
let read;
/** @type {import("../../shell/users.js").User} */
let reader;
const dialog = new EditDialog(saved, () => void reload());

/** @param {import("../../shell/users.js").User} known */
async function open(known) {
  showScreen("loading");
  try {
    const user = mayUsePatients(known) ? known : await reloadUser();
    if (!mayUsePatients(user)) return showScreen("closed");
    reader = user;
    if (!patientId) return showScreen("missing");
    read = await getPatient(patientId);
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
    if (error instanceof HttpProblem && error.status === 404) return showScreen("missing");
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => void open(known);
    return showScreen("failed");
  }
  draw();
  showScreen("chart");
  void drawEncounters(patientId);
}

async function reload() {
  try {
    read = await getPatient(patientId);
    draw();
  } catch (error) {
    setText("chart-said", errorMessage(error));
  }
}

function draw() {
  const { patient } = read;
  const kind = patient.identifierKind;
  const now = new Date();
  setPlace(patient.name);
  setText("chart-name", patient.name);
  setText("chart-about", aboutPatient(patient, kind, now));
  const born = patient.dateOfBirth && `${formatBirth(patient.dateOfBirth)} (${formatAge(patient.dateOfBirth, now)})`;
  const facts = [
    [t("patients.born"), born],
    [t("patients.sex"), patient.sex && SEXES[patient.sex]],
    [kind.label, numberOf(patient, kind)],
    [t("patients.phone"), isolated(patient.phone ?? "")],
  ];
  byId("facts").replaceChildren(
    ...facts.map(([label, text]) => make("div", "", make("dt", "", label ?? ""), make("dd", text ? "" : "muted", text || t("patients.not-recorded")))),
  );
  const encounter = { patientId: patient.patientId, encounterId: crypto.randomUUID() };
  byId("photos", HTMLAnchorElement).href = `/?${new URLSearchParams(encounter)}`;
  byId("visit", HTMLAnchorElement).href = `/schedule?${new URLSearchParams({ patient: patient.patientId })}#new`;
  drawSignIn(patient);
  void drawMedicines(reader, patient.patientId, Boolean(patient.userId));
}

/** @param {Patient} patient */
function drawSignIn({ userId, phone }) {
  byId("sign-in").hidden = !userId && !phone;
  byId("visit").hidden = !userId;
  setText("sign-in-text", userId ? t("patients.sign-in.yes") : t("patients.sign-in.no"));
  setText("sign-in-change", userId ? t("patients.sign-in.take") : t("patients.sign-in.let", { phone: phone ?? "" }));
}

async function changeSignIn() {
  const button = byId("sign-in-change", HTMLButtonElement);
  button.disabled = true;
  setText("chart-said", "");
  try {
    const tied = Boolean(read.patient.userId);
    const { patient, etag } = await (tied ? untiePerson : tiePerson)(patientId, read.etag);
    saved(patient, etag);
  } catch (error) {
    setText("chart-said", signInMessage(error));
    if (error instanceof HttpProblem && error.status === 412) await reload();
  } finally {
    button.disabled = false;
  }
}

/** @param {unknown} error */
function signInMessage(error) {
  if (error instanceof HttpProblem && error.slug === "user-not-found") {
    return t("patients.sign-in.nobody");
  }
  if (error instanceof HttpProblem && error.slug === "duplicate-identifier") return t("patients.sign-in.taken", { name: error.body.name });
  if (error instanceof HttpProblem && error.status === 412) return t("patients.stale");
  return errorMessage(error);
}

/**
 * @param {Patient} patient
 * @param {string} etag
 */
function saved(patient, etag) {
  const untied = read.patient.userId && !patient.userId && read.patient.phone !== patient.phone;
  setText("chart-said", untied ? t("patients.sign-in.ended") : "");
  read = { patient: { ...patient, identifierKind: read.patient.identifierKind }, etag };
  draw();
  announce(t("shell.saved"));
}

byId("edit-open").addEventListener("click", () => dialog.open(read));
byId("sign-in-change").addEventListener("click", () => void changeSignIn());

const entered = requireSignIn();
if (entered) void open(entered);
