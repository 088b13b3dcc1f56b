/** The form of a visit's notes: its four fields, and whether they are saved. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanParagraphs } from "../../shell/text.js";
import { formatTime } from "../labels.js";
import { draftsSurvive } from "./drafts.js";
import { EMPTY_NOTES, FIELDS, MAX_LENGTH } from "./merge.js";

/** @typedef {import("../api.js").Notes} Notes */

/** @returns {Notes} */
export function readForm() {
  const texts = { ...EMPTY_NOTES };
  for (const { name } of FIELDS) texts[name] = cleanParagraphs(byId(name, HTMLTextAreaElement).value);
  return texts;
}

/** @param {Notes} texts */
export function fillForm(texts) {
  for (const { name } of FIELDS) {
    const area = byId(name, HTMLTextAreaElement);
    if (area.value !== texts[name]) area.value = texts[name];
  }
}

/**
 * @param {import("./autosave.js").SaveState} state
 * @param {unknown} error
 */
export function drawState(state, error) {
  const place = byId("notes-state");
  place.dataset.kind = state === "saved" ? "done" : ["failed", "tooLong", "conflict"].includes(state) ? "failed" : "";
  const words = {
    loaded: "Saves as you type",
    saved: `Saved ${formatTime(new Date().toISOString())}`,
    unsaved: "Not saved yet",
    saving: "Saving…",
    failed: "Not saved",
    tooLong: "Not saved",
    conflict: "Not saved",
  };
  setText("notes-state", words[state]);
  byId("notes-save").hidden = state !== "failed";
  setText("notes-why", state === "failed" ? saveErrorMessage(error) : state === "tooLong" ? tooLongMessage() : "");
}

/** @param {unknown} error */
function saveErrorMessage(error) {
  const hopeless = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
  const kept = draftsSurvive() ? "What you typed is kept in this browser" : "This browser blocks site storage: what you typed is kept while this page is open";
  return hopeless
    ? `${errorMessage(error)} ${kept}.`
    : `${kept}, and saved as soon as the server can be reached.`;
}

function tooLongMessage() {
  const texts = readForm();
  const long = FIELDS.filter(({ name }) => texts[name].length > MAX_LENGTH);
  return long.map(({ display }) => `${display} is longer than ${MAX_LENGTH.toLocaleString()} characters.`).join(" ");
}

/**
 * @param {Notes} theirs
 * @param {readonly {name: keyof Notes, display: string}[]} fields
 */
export function drawConflict(theirs, fields) {
  byId("dispute-texts").replaceChildren(
    ...fields.map(({ name, display }) => make("div", "", make("dt", "", display), make("dd", "", theirs[name] || "(empty)"))),
  );
  byId("dispute").hidden = false;
  byId("dispute-title").focus();
}
