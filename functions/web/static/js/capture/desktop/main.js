/** The desktop's page: choose the encounter, then start, watch and end its session. */
import { requireSignIn } from "../../app.js";
import { reloadUser } from "../../shell/current-user.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { facilityOf, facilityWithCode, isClinician, isVerifiedClinician, nameOf } from "../../shell/users.js";
import { CaptureApi } from "./api.js";
import { EndedView } from "./ended.js";
import { fillForm, forgetEncounter, encounterFromUrl, isComplete, readForm, rememberEncounter, wasStarted } from "./encounter.js";
import { drawKnownPatient, findKnownPatient } from "./known-patient.js";
import { showMismatch } from "./mismatch.js";
import { showDesktopScreen } from "./screens.js";
import { SessionView } from "./session.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {import("../../shell/users.js").User} User
 */

const api = new CaptureApi();
/** @type {SessionView | EndedView | null} */
let view = null;
/** @type {Partial<Encounter>} */
let lastEncounter = {};
/** @type {Partial<Encounter>} */
let defaults = {};
/** "Kauri Street Hospital (FAC001)" */
let defaultFacility = "";

/** The encounter's ids may appear in the sign-in page's URL; the patient's name is stored in this tab. */
function urlWithoutNames() {
  encounterFromUrl();
  return location.pathname + location.search;
}

/** @param {User} known the person as of the last sign-in or refresh */
async function open(known) {
  setText("loading-text", "Opening…");
  showDesktopScreen("loading");
  let user = known;
  try {
    // A person who has just been verified need not sign in again.
    if (!isVerifiedClinician(known)) user = await reloadUser();
  } catch (error) {
    return showFailure("Your page could not be opened", error, () => open(known));
  }
  if (!isVerifiedClinician(user)) return showNoAccess(user);
  defaults = user.facilityId ? { facilityId: user.facilityId } : {};
  defaultFacility = user.facilityName ? facilityWithCode(user) : "";
  const asked = encounterFromUrl();
  // Anybody can make a link: only a reload of what a person has started here starts by itself.
  if (isComplete(asked) && wasStarted(asked)) return await start(asked, { resumed: true });
  const encounter = { ...defaults, ...asked };
  if (isComplete(encounter) && (await showIfEnded(encounter))) return;
  showForm(encounter, await findKnownPatient(asked));
}

/**
 * Explains why this person cannot capture photos, and what to do about it.
 * @param {User} user
 */
function showNoAccess(user) {
  const where = facilityOf(user) ? `the administrator of ${facilityOf(user)}` : "your facility’s administrator";
  const [title, text] = !isClinician(user)
    ? ["Photo capture is for clinicians", `You are not registered as a clinician. If you are one, ask ${where} to add that role, then check again.`]
    : user.verification === "rejected"
      ? ["You are not verified", `Your verification as a clinician was rejected. Ask ${where} about it, then check again.`]
      : ["You are not verified yet", `Patients’ photos open to you once you are verified as a clinician. Ask ${where} to do that, then check again.`];
  setText("closed-title", title);
  setText("closed-text", text);
  setText("closed-who", nameOf(user));
  setText("closed-said", "");
  byId("closed-again").onclick = () => void recheckAccess(user);
  showDesktopScreen("closed");
}

/** @param {User} user */
async function recheckAccess(user) {
  setText("closed-said", "Checking…");
  try {
    const now = await reloadUser();
    if (isVerifiedClinician(now)) return await open(now);
    showNoAccess(now);
    setText("closed-said", "Nothing has changed yet.");
  } catch (error) {
    setText("closed-said", `${nameOf(user)} is still as shown. ${errorMessage(error)}`);
  }
}

/**
 * A 403 may be about the person rather than the encounter.
 * @param {unknown} error
 * @returns {Promise<boolean>} whether it was, and an explanation is shown
 */
async function showNoAccessIfRevoked(error) {
  if (!(error instanceof HttpProblem && error.status === 403)) return false;
  const user = await reloadUser().catch(() => null);
  if (!user) return false;
  const unverified = error.slug === "not-verified";
  if (isVerifiedClinician(user) && !unverified) return false;
  showNoAccess(isVerifiedClinician(user) ? { ...user, verification: "pending" } : user);
  return true;
}

/**
 * @param {Partial<Encounter>} encounter
 * @param {import("./known-patient.js").Patient | null} [known] who is not asked for again
 */
function showForm(encounter, known = null) {
  fillForm(encounter);
  drawKnownPatient(known);
  setText("facilityId-hint", defaultFacility);
  byId("form-failure").hidden = true;
  showDesktopScreen("form");
  const empty = [...byId("encounter-form", HTMLFormElement).elements].find(
    (field) => field instanceof HTMLInputElement && field.required && !field.value,
  );
  (empty instanceof HTMLElement ? empty : byId("start")).focus();
}

/**
 * @param {Encounter} encounter
 * @param {{resumed?: boolean, replacing?: boolean}} [how] after a reload, which opens no ended session again; or after
 *   another patient’s session has been ended for this
 */
async function start(encounter, { resumed = false, replacing = false } = {}) {
  lastEncounter = encounter;
  setText("loading-text", "Starting the session…");
  showDesktopScreen("loading");
  let session;
  try {
    session = await (resumed ? api.join(encounter) : api.create(encounter));
  } catch (error) {
    if (error instanceof HttpProblem && error.slug === "session-not-found") return await showWithoutSession(encounter);
    if (error instanceof HttpProblem && error.slug === "patient-mismatch") {
      // Photos stay their patient’s, though the session has ended.
      if (replacing) return showFailure("The encounter has another patient’s photos", error, () => decide(encounter, error));
      return decide(encounter, error);
    }
    if (error instanceof HttpProblem && error.status === 422) return showRejectedFields(encounter, error);
    if (await showNoAccessIfRevoked(error)) return;
    return showFailure("The capture could not be started", error, () => start(encounter, { resumed }));
  }
  rememberEncounter(encounter);
  showDesktopScreen("session");
  // The directory's name and number stand on every screen, whatever a link has said, or not said.
  const { patientName, patientNHI } = session.patient;
  view = new SessionView(api, { ...encounter, patientName, patientNHI }, session, {
    ended: (photos) => showEnded({ ...encounter, ...session.patient }, photos),
    refused: async (error) => {
      if (await showNoAccessIfRevoked(error)) return;
      showFailure("This session is closed to you", error, () => start(encounter));
    },
  });
}

/**
 * Lets a person decide between the patient on record and the one asked for.
 * @param {Encounter} encounter
 * @param {HttpProblem} error
 */
function decide(encounter, error) {
  showMismatch(error.body, {
    keep: (recorded) => void start(recordedEncounter(encounter, recorded)),
    replace: () => void replaceSession(encounter),
    change: () => showForm(encounter),
  });
}

/**
 * @param {Encounter} encounter
 * @param {import("./mismatch.js").Patient} recorded
 * @returns {Encounter}
 */
function recordedEncounter({ encounterId, facilityId }, recorded) {
  return { encounterId, facilityId, ...recorded };
}

/** Ends the open session, and opens one for this patient. @param {Encounter} encounter */
async function replaceSession(encounter) {
  setText("loading-text", "Ending the session…");
  showDesktopScreen("loading");
  try {
    await api.end(encounter.encounterId);
  } catch (error) {
    return showFailure("The session could not be ended", error, () => replaceSession(encounter));
  }
  await start(encounter, { replacing: true });
}

/**
 * @param {Encounter} encounter
 * @param {HttpProblem} error
 */
function showRejectedFields(encounter, error) {
  showForm(encounter);
  const notice = byId("form-failure");
  notice.textContent = "The server did not accept these details. Correct them and start again.";
  notice.hidden = false;
  for (const { field, message } of error.errors) showFieldError(field, message);
}

/**
 * @param {Encounter} encounter
 * @param {number} photos that were seen to arrive
 * @param {import("./images.js").List} [list] if it is known
 */
function showEnded(encounter, photos, list) {
  forgetEncounter();
  lastEncounter = encounter;
  view?.stop();
  view = new EndedView(api, encounter, photos, list);
  showDesktopScreen("ended");
}

/** @param {Encounter} encounter whose session has ended, perhaps elsewhere */
async function showWithoutSession(encounter) {
  forgetEncounter();
  if (!(await showIfEnded(encounter))) showForm(encounter);
}

/**
 * Shows the photos of an encounter whose session has ended: opening it again is up to a person.
 * @param {Encounter} asked
 * @returns {Promise<boolean>} whether there are any
 */
async function showIfEnded(asked) {
  if (asked.facilityId !== defaults.facilityId) return false;
  const list = await api.list(asked.encounterId).catch(() => null);
  if (list?.state !== "ended" || !list.images.length || !list.patient) return false;
  showEnded({ encounterId: asked.encounterId, facilityId: asked.facilityId, ...list.patient }, list.images.length, list);
  return true;
}

/**
 * @param {string} title
 * @param {unknown} error
 * @param {() => void} again
 */
function showFailure(title, error, again) {
  const problem = error instanceof HttpProblem ? error : null;
  const forbidden = problem?.status === 403;
  setText("failed-title", title);
  setText("failed-text", problem ? failureAdvice(problem) : errorMessage(error));
  const reference = byId("failed-reference");
  reference.hidden = !problem?.requestId;
  reference.textContent = `Reference for support: ${problem?.requestId ?? ""}`;
  byId("failed-again").hidden = forbidden;
  byId("failed-again").onclick = again;
  const change = byId("failed-change");
  change.hidden = !lastEncounter.encounterId;
  change.classList.toggle("primary", forbidden);
  change.onclick = () => showForm({ ...defaults, ...lastEncounter });
  showDesktopScreen("failed");
}

/** @param {HttpProblem} problem */
function failureAdvice(problem) {
  if (problem.status === 403) {
    return "You are not allowed to capture photos for this encounter. It may belong to another facility: check the details, or ask its administrator.";
  }
  if (problem.status === 429) return "Too many attempts in a short time. Wait a minute, then try again.";
  if (problem.status >= 500) return "The server has a problem at the moment. Try again; if it stays, tell support the reference below.";
  return `${problem.message} Check the details, then try again.`;
}

byId("encounter-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const encounter = readForm();
  if (encounter) void start(encounter);
});
byId("ended-again").addEventListener("click", () => {
  view?.stop();
  if (isComplete(lastEncounter)) void start(lastEncounter);
});
byId("ended-other").addEventListener("click", () => {
  view?.stop();
  showForm(defaults);
});

const entered = requireSignIn({ onLeave: () => view?.stop(), address: urlWithoutNames });
if (entered) void open(entered);
