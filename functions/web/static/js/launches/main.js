/** Opened from inside a facility's record: signs in whom the record names, and goes on to the patient open there. */
import { apiCall, apiGet } from "../shell/api.js";
import { byId, setText, showScreen } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { HttpProblem, call } from "../shell/http.js";
import { recordActivity } from "../shell/idle-timeout.js";
import { startLanguageMenu } from "../shell/language.js";
import { t } from "../shell/messages.js";
import { tabStorage } from "../shell/storage.js";
import { currentSignIn, storeSignIn } from "../shell/sign-in.js";

/** What this tab shows when it comes back from the record, so that nobody else's launch ends here. */
const BROWSER_KEY = "bedside.launch";

/** ALEX is asked by a function that may have to start, and to sign in there. */
const CONTEXT_TRIES = 25;
const CONTEXT_PAUSE_MS = 1000;

/** @type {Record<string, string>} */
const SCREENS = { "launch-unknown-person": "unknown", "launch-refused": "refused", "invalid-request": "refused" };

async function open() {
  const query = new URLSearchParams(location.search);
  // A code must not stay in the history, or be sent again by a reload.
  history.replaceState(null, "", location.pathname);
  try {
    if (query.has("context")) await openContext(query);
    else if (query.has("state")) await complete(query.get("state") ?? "", query.get("code") ?? "");
    else await begin(query);
  } catch (error) {
    const screen = error instanceof HttpProblem ? SCREENS[error.slug] : undefined;
    if (error instanceof HttpProblem) showPractitioner(error.body?.practitionerId);
    if (!screen) setText("failed-text", errorMessage(error));
    showScreen(screen ?? "failed");
  }
}

/** @param {URLSearchParams} query */
async function begin(query) {
  const [facilityId, iss, launch] = ["facility", "iss", "launch"].map((name) => query.get(name) ?? "");
  const { authorizeUrl, browser } = await call("POST", "/launches", { body: { facilityId, iss, launch } });
  tabStorage.write(BROWSER_KEY, browser);
  location.replace(authorizeUrl);
}

/**
 * @param {string} state
 * @param {string} code
 */
async function complete(state, code) {
  const browser = tabStorage.read(BROWSER_KEY) ?? "";
  tabStorage.remove(BROWSER_KEY);
  /** @type {import("openapi").LaunchedDocument} */
  const { signIn, context } = await call("POST", "/launches/complete", { body: { state, code, browser } });
  recordActivity();
  storeSignIn(signIn);
  location.replace(destination(context));
}

/**
 * ALEX says who is open there, and not who is at the desk: that person signs in first.
 * @param {URLSearchParams} query
 */
async function openContext(query) {
  if (!currentSignIn()) return location.replace(`/sign-in?${new URLSearchParams({ next: `/launch?${query}` })}`);
  const [context, signature] = ["context", "signature"].map((name) => query.get(name) ?? "");
  /** @type {import("openapi").ContextDocument} */
  let read = await apiCall("POST", "/launches/context", { context, signature });
  for (let tries = 0; read.state === "running" && tries < CONTEXT_TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, CONTEXT_PAUSE_MS));
    read = await apiGet(`/launches/context/${encodeURIComponent(read.contextId)}`);
  }
  if (read.context) location.replace(destination(read.context));
  else showScreen("refused");
}

/** What the administrator has to know of somebody whom nobody has connected. @param {unknown} practitionerId */
function showPractitioner(practitionerId) {
  if (typeof practitionerId !== "string") return;
  byId("unknown-practitioner").hidden = false;
  setText("unknown-practitioner", t("launches.unknown.practitioner", { practitioner: practitionerId }));
}

/** @param {import("openapi").LaunchContextDocument} context */
function destination({ facilityId, encounterId, patientId, patientName, patientNHI }) {
  if (!patientId) return "/";
  // A record may have no encounter open; its photos get one of their own.
  const facts = { encounterId: encounterId ?? crypto.randomUUID(), patientId, facilityId, patientName, patientNHI };
  const told = Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return `/?${new URLSearchParams(told)}`;
}

startLanguageMenu();
void open();
