/** The form of a visit's notes: its four fields, and whether they are saved. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
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
    loaded: t("visits.notes.saves"),
    saved: t("visits.notes.saved-at", { time: formatTime(new Date().toISOString()) }),
    unsaved: t("visits.notes.not-saved-yet"),
    saving: t("shell.saving"),
    failed: t("visits.notes.not-saved"),
    tooLong: t("visits.notes.not-saved"),
    conflict: t("visits.notes.not-saved"),
  };
  setText("notes-state", words[state]);
  byId("notes-save").hidden = state !== "failed";
  setText("notes-why", state === "failed" ? saveErrorMessage(error) : state === "tooLong" ? tooLongMessage() : "");
}

/** @param {unknown} error */
function saveErrorMessage(error) {
  const hopeless = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
  const failure = errorMessage(error);
  if (draftsSurvive()) return hopeless ? t("visits.notes.kept", { failure }) : t("visits.notes.kept-later");
  return hopeless ? t("visits.notes.kept-open", { failure }) : t("visits.notes.kept-open-later");
}

function tooLongMessage() {
  const texts = readForm();
  const long = FIELDS.filter(({ name }) => texts[name].length > MAX_LENGTH);
  return long.map(({ display }) => t("visits.notes.too-long", { field: display, most: MAX_LENGTH })).join(" ");
}

/**
 * @param {Notes} theirs
 * @param {readonly {name: keyof Notes, display: string}[]} fields
 */
export function drawConflict(theirs, fields) {
  byId("dispute-texts").replaceChildren(
    ...fields.map(({ name, display }) => make("div", "", make("dt", "", display), make("dd", "", theirs[name] || t("visits.notes.empty")))),
  );
  byId("dispute").hidden = false;
  byId("dispute-title").focus();
}
