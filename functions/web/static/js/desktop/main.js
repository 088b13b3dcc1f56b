/** The page from opening to the last session: sign in, choose the encounter, start, watch, end. */
import { HttpProblem } from "../http.js";
import { askForIdentity, identity, renewedIdentity } from "../identity.js";
import { CaptureApi } from "./api.js";
import { complain, fillForm, forget, fromAddress, isComplete, readForm, remember } from "./encounter.js";
import { byId, setText, showScreen } from "./page.js";
import { SessionDesk } from "./session.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {"loading" | "form" | "session"} Screen
 */

/** @type {CaptureApi} */
let api;
/** The screen that the token form interrupted. @type {Screen} */
let screen = "loading";
/** @type {Partial<Encounter>} */
let lastEncounter = {};
/** @type {Partial<Encounter>} */
let defaults = {};

/** @param {Screen} name */
function show(name) {
  screen = name;
  showScreen(name);
}

async function open() {
  setText("loading-text", "Opening…");
  show("loading");
  let who;
  try {
    who = (await identity()) ?? (await ask(""));
  } catch (error) {
    return failed("Bedside could not be reached", error, open);
  }
  api = new CaptureApi(who.accessToken, renew);
  defaults = who.user?.facilityId ? { facilityId: who.user.facilityId } : {};
  const asked = fromAddress();
  // Only what the address itself names in full starts by itself.
  if (isComplete(asked)) await start(asked);
  else showForm({ ...defaults, ...asked });
}

/** @param {string} because */
async function ask(because) {
  showScreen("token");
  const who = await askForIdentity(byId("token-form", HTMLFormElement), because);
  showScreen(screen);
  return who;
}

/** @param {string} refused */
async function renew(refused) {
  const who = (await renewedIdentity(refused)) ?? (await ask("That token is not accepted any more. Paste a new one."));
  return who.accessToken;
}

/** @param {Partial<Encounter>} encounter */
function showForm(encounter) {
  fillForm(encounter);
  byId("form-failure").hidden = true;
  show("form");
  const empty = [...byId("encounter-form", HTMLFormElement).elements].find(
    (field) => field instanceof HTMLInputElement && field.required && !field.value,
  );
  (empty instanceof HTMLElement ? empty : byId("start")).focus();
}

/** @param {Encounter} encounter */
async function start(encounter) {
  lastEncounter = encounter;
  setText("loading-text", "Starting the session…");
  show("loading");
  let session;
  try {
    session = await api.create(encounter);
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 422) return refusedFields(encounter, error);
    return failed("The capture could not be started", error, () => start(encounter));
  }
  remember(encounter);
  show("session");
  new SessionDesk(api, encounter, session, {
    ended,
    refused: (error) => failed("This session is closed to you", error, () => start(encounter)),
  });
}

/**
 * @param {Encounter} encounter
 * @param {HttpProblem} error
 */
function refusedFields(encounter, error) {
  showForm(encounter);
  const notice = byId("form-failure");
  notice.textContent = "The server did not accept these details. Correct them and start again.";
  notice.hidden = false;
  for (const { field, message } of error.errors) complain(field, message);
}

/** @param {number} photos */
function ended(photos) {
  forget();
  const received = photos === 1 ? "1 photo was received." : `${photos || "No"} photos were received.`;
  setText("ended-text", `${received} The phone can no longer send to this session.`);
  showScreen("ended");
}

/**
 * @param {string} title
 * @param {unknown} error
 * @param {() => void} again
 */
function failed(title, error, again) {
  const problem = error instanceof HttpProblem ? error : null;
  const forbidden = problem?.status === 403;
  setText("failed-title", title);
  setText("failed-text", whatToDo(problem));
  const reference = byId("failed-reference");
  reference.hidden = !problem?.requestId;
  reference.textContent = `Reference for support: ${problem?.requestId ?? ""}`;
  byId("failed-again").hidden = forbidden;
  byId("failed-again").onclick = again;
  const change = byId("failed-change");
  change.hidden = screen === "loading" && !lastEncounter.encounterId;
  change.classList.toggle("primary", forbidden);
  change.onclick = () => showForm({ ...defaults, ...lastEncounter });
  showScreen("failed");
}

/** @param {HttpProblem | null} problem */
function whatToDo(problem) {
  if (!problem) return "The server could not be reached. Check the network connection, then try again.";
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
byId("ended-again").addEventListener("click", () => isComplete(lastEncounter) && void start(lastEncounter));
byId("ended-other").addEventListener("click", () => showForm(defaults));

void open();
