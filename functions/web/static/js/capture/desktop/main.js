/** The desktop's page: choose whom to photograph, then start, watch and end the session. */
import { requireSignIn } from "../../app.js";
import "../../record.js";
import { byId, setText } from "../../shell/dom.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { isVerifiedClinician } from "../../shell/users.js";
import { currentClinician, showNoAccess, showNoAccessIfRevoked } from "./access.js";
import { CaptureApi } from "./api.js";
import { encounterFromUrl, forgetEncounter, rememberEncounter, rememberEnded, wasStarted } from "./encounter.js";
import { EndedView } from "./ended.js";
import { showFailure } from "./failure.js";
import { FormLoader } from "./form-loader.js";
import { findSession } from "./found-session.js";
import { isComplete } from "./ids.js";
import { findById, findKnownPatient } from "./known-patient.js";
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
/** The clinician's own facility. @type {Partial<Encounter>} */
let defaults = {};
const form = new FormLoader((encounter) => void start(encounter));

/** The encounter's ids may appear in the sign-in page's URL; the patient's name is stored in this tab. */
function urlWithoutNames() {
  encounterFromUrl();
  return location.pathname + location.search;
}

/** @param {User} known the person as of the last sign-in or refresh */
async function open(known) {
  showLoading(t("capture.opening"));
  let user;
  try {
    user = await currentClinician(known);
  } catch (error) {
    return fail(t("capture.failed.page"), error, () => open(known));
  }
  if (!isVerifiedClinician(user)) return await showNoAccess(user, open);
  defaults = user.facilityId ? { facilityId: user.facilityId } : {};
  const asked = encounterFromUrl();
  // Anybody can make a link: only a reload of what a person has started here starts by itself.
  if (isComplete(asked) && wasStarted(asked)) return await start(asked, { resumed: true });
  const encounter = { ...defaults, ...asked };
  if (await showWhatThereIs(encounter)) return;
  await showForm(encounter, await findKnownPatient(asked));
}

/** @param {string} text */
function showLoading(text) {
  setText("loading-text", text);
  showDesktopScreen("loading");
}

/**
 * @param {Partial<Encounter>} encounter
 * @param {import("./known-patient.js").Patient | null} [known] who is not asked for again
 */
async function showForm(encounter, known = null) {
  try {
    await form.show(encounter, known);
  } catch (error) {
    fail(t("capture.failed.page"), error, () => showForm(encounter, known));
  }
}

/**
 * @param {Encounter} encounter
 * @param {{resumed?: boolean, replacing?: boolean, list?: import("./images.js").List}} [how] after a reload, which opens
 *   no ended session again; or after another patient’s session has been ended for this; with its photos, if known
 */
async function start(encounter, { resumed = false, replacing = false, list } = {}) {
  lastEncounter = encounter;
  showLoading(t("capture.starting"));
  let session;
  try {
    session = await (resumed ? api.join(encounter) : api.create(encounter));
  } catch (error) {
    if (error instanceof HttpProblem && error.slug === "session-not-found") return await showWithoutSession(encounter);
    if (error instanceof HttpProblem && error.slug === "patient-mismatch") {
      // Photos stay their patient’s, though the session has ended.
      if (replacing) return fail(t("capture.failed.other-patient"), error, () => decide(encounter, error));
      return await decide(encounter, error);
    }
    if (error instanceof HttpProblem && error.status === 422) {
      await showForm(encounter);
      return form.reject(error.errors);
    }
    if (await showNoAccessIfRevoked(error, open)) return;
    return fail(t("capture.failed.start"), error, () => start(encounter, { resumed }));
  }
  rememberEncounter(encounter);
  showDesktopScreen("session");
  // The directory's name and number stand on every screen, whatever a link has said, or not said.
  const { recordId: _, ...patient } = session.patient;
  const { patientName, patientNHI } = patient;
  view = new SessionView(api, { ...encounter, patientName, patientNHI }, session, {
    ended: (photos) => showEnded({ ...encounter, ...patient }, photos),
    refused: async (error) => {
      if (await showNoAccessIfRevoked(error, open)) return;
      fail(t("capture.failed.closed"), error, () => start(encounter));
    },
  }, list);
}

/**
 * Lets a person decide between the patient on record and the one asked for.
 * @param {Encounter} encounter
 * @param {HttpProblem} error
 */
async function decide(encounter, error) {
  const { showMismatch } = await import("./mismatch.js");
  const { encounterId, facilityId } = encounter;
  showMismatch(error.body, {
    keep: (recorded) => void start({ encounterId, facilityId, ...recorded }),
    replace: () => void replaceSession(encounter),
    change: () => void showForm(encounter),
  }, findById);
}

/** Ends the open session, and opens one for this patient. @param {Encounter} encounter */
async function replaceSession(encounter) {
  showLoading(t("capture.ending"));
  try {
    await api.end(encounter.encounterId);
  } catch (error) {
    return fail(t("capture.failed.end"), error, () => replaceSession(encounter));
  }
  await start(encounter, { replacing: true });
}

/**
 * @param {Encounter} encounter
 * @param {number} photos that were seen to arrive
 * @param {import("./images.js").List} [list] if it is known
 */
function showEnded(encounter, photos, list) {
  rememberEnded(encounter);
  lastEncounter = encounter;
  view?.stop();
  view = new EndedView(api, encounter, photos, list);
  showDesktopScreen("ended");
}

/** @param {Encounter} encounter whose session has ended, perhaps elsewhere */
async function showWithoutSession(encounter) {
  forgetEncounter();
  if (!(await showWhatThereIs(encounter, { joins: false }))) await showForm(encounter);
}

/**
 * Shows the encounter’s session, if it has one.
 * @param {Partial<Encounter>} asked
 * @param {{joins?: boolean}} [how] whether an open one is joined
 * @returns {Promise<boolean>} whether there is one
 */
async function showWhatThereIs(asked, { joins = true } = {}) {
  const found = await findSession(api, asked, defaults.facilityId);
  if (!found || (found.isOpen && !joins)) return false;
  if (found.isOpen) await start(found.encounter, { resumed: true, list: found.list });
  else showEnded(found.encounter, found.list.images.length, found.list);
  return true;
}

/**
 * @param {string} title
 * @param {unknown} error
 * @param {() => void} again
 */
function fail(title, error, again) {
  const change = lastEncounter.encounterId ? () => showForm({ ...defaults, ...lastEncounter }) : null;
  showFailure(title, error, again, change);
}

byId("ended-again").addEventListener("click", () => {
  view?.stop();
  if (isComplete(lastEncounter)) void start(lastEncounter);
});
byId("ended-other").addEventListener("click", () => {
  view?.stop();
  forgetEncounter();
  void showForm(defaults);
});

const entered = requireSignIn({ onLeave: () => view?.stop(), address: urlWithoutNames });
if (entered) void open(entered);
