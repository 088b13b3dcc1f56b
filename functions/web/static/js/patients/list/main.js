/** The patients page: the facility's patients, searched while somebody types. */
import { requireSignIn } from "../../app.js";
import { reloadUser } from "../../shell/current-user.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { mayUsePatients } from "../access.js";
import { listPatients } from "../api.js";
import { patientPath, photosPath } from "../labels.js";
import { NewDialog } from "./new-dialog.js";
import { drawResults, moveByKeys, resultLinks } from "./results.js";

/**
 * @typedef {import("../api.js").Patient} Patient
 * @typedef {import("../api.js").IdentifierKind} IdentifierKind
 */

/** A search begins this long after the last key. In milliseconds. */
const PAUSE_MS = 150;

/** @type {Patient[]} */
let patients = [];
/** @type {string | null} */
let cursor = null;
/** @type {IdentifierKind} */
let kind = { system: "mrn", label: t("patients.number.any"), required: false };
/** What the list shows. */
let shown = "";
/** The search that is under way; a later one takes its place. */
let searching = new AbortController();
let pause = 0;
/** @type {NewDialog} */
let dialog;

/** @param {import("../../shell/users.js").User} known */
async function open(known) {
  showScreen("loading");
  let user = known;
  try {
    // A person who has just been verified need not sign in again.
    if (!mayUsePatients(user)) user = await reloadUser();
  } catch (error) {
    return failed(error, () => open(known));
  }
  if (!mayUsePatients(user)) return showScreen("closed");
  dialog ??= new NewDialog();
  await begin();
}

async function begin() {
  showScreen("loading");
  if (!(await search("", (error) => failed(error, begin)))) return;
  showScreen("patients");
  byId("find").focus();
  const { hash } = location;
  if (hash === "#new" || hash === "#new-photos") {
    history.replaceState(null, "", location.pathname);
    // Somebody who is about to take photos goes on with them.
    dialog.pathOf = hash === "#new" ? patientPath : photosPath;
    add();
  }
}

/**
 * @param {unknown} error
 * @param {() => void} again
 */
function failed(error, again) {
  if (error instanceof HttpProblem && error.status === 403) return showScreen("closed");
  setText("failed-text", errorMessage(error));
  byId("again").onclick = () => again();
  showScreen("failed");
}

/**
 * @param {string} text
 * @param {(error: unknown) => void} onFailed
 * @returns {Promise<boolean>} whether the list shows it now
 */
async function search(text, onFailed) {
  searching.abort();
  searching = new AbortController();
  const { signal } = searching;
  byId("list").classList.add("stale");
  try {
    const answer = await listPatients(text, null, signal);
    if (signal.aborted) return false;
    ({ patients, cursor, identifier: kind } = answer);
    shown = text;
    draw();
    return true;
  } catch (error) {
    if (!signal.aborted) onFailed(error);
    return false;
  } finally {
    if (!signal.aborted) byId("list").classList.remove("stale");
  }
}

function draw() {
  drawResults(patients, kind);
  setText("find-number", kind.label);
  setText("list-said", "");
  const none = !patients.length && !cursor;
  byId("empty").hidden = !none;
  setText("empty-title", shown ? t("patients.none-found") : t("patients.none"));
  setText("empty-text", shown ? t("patients.none-found.text") : t("patients.none.text"));
  setText("empty-new", shown && isName(shown) ? t("patients.add.name", { name: shown }) : t("patients.add.any"));
  byId("more").hidden = !cursor;
  const count = patients.length;
  setText("count", none ? "" : cursor ? t("patients.count-more", { count }) : t("patients.count", { count }));
}

async function type() {
  const text = typed();
  if (text === shown) return;
  const found = await search(text, (error) => {
    setText("list-said", errorMessage(error));
    announce("");
  });
  if (found) announce(patients.length || cursor ? (byId("count").textContent ?? "") : t("patients.none-found"));
}

async function more() {
  const button = byId("more", HTMLButtonElement);
  const { signal } = searching;
  const before = patients.length;
  button.disabled = true;
  setText("more", t("shell.loading"));
  try {
    const answer = await listPatients(shown, cursor, signal);
    if (!signal.aborted) {
      patients = [...patients, ...answer.patients];
      cursor = answer.cursor;
      draw();
      resultLinks()[before]?.focus();
    }
  } catch (error) {
    if (!signal.aborted) setText("list-said", errorMessage(error));
  } finally {
    button.disabled = false;
    setText("more", t("shell.show-more"));
  }
}

function typed() {
  return cleanLine(byId("find", HTMLInputElement).value);
}

function add() {
  dialog.open(kind, isName(typed()) ? typed() : "");
}

/** @param {string} text */
function isName(text) {
  return Boolean(text) && !/\p{Nd}/u.test(text);
}

byId("find").addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => void type(), PAUSE_MS);
});
byId("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  void type().then(() => typed() && resultLinks()[0]?.click());
});
byId("new-open").addEventListener("click", add);
byId("empty-new").addEventListener("click", add);
byId("more").addEventListener("click", () => void more());
moveByKeys();

const entered = requireSignIn({ onLeave: () => searching.abort() });
if (entered) void open(entered);
