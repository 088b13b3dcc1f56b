/** The editor of a visit's notes: four fields with autosave. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, retry } from "../../shell/http.js";
import { cleanParagraphs } from "../../shell/text.js";
import { getNotes, saveNotes } from "../api.js";
import { formatTime } from "../labels.js";
import { Autosave } from "./autosave.js";
import { draftsSurvive, findDraft, saveDraft } from "./drafts.js";
import { EMPTY_NOTES, FIELDS, MAX_LENGTH, conflictingFields } from "./merge.js";

/** @typedef {import("../api.js").Notes} Notes */

export class NotesEditor {
  #userId;
  #visitId;
  /** @type {Autosave | null} */
  #autosave = null;
  #leaving = new AbortController();

  /**
   * @param {string} userId
   * @param {string} visitId
   */
  constructor(userId, visitId) {
    this.#userId = userId;
    this.#visitId = visitId;
    byId("notes-again").onclick = () => void this.open();
  }

  async open() {
    byId("notes-form").hidden = true;
    byId("notes-failed").hidden = true;
    setText("notes-state", "Loading…");
    try {
      const [saved, draft] = await Promise.all([
        retry(() => getNotes(this.#visitId)),
        findDraft(this.#userId, this.#visitId),
      ]);
      if (!this.#leaving.signal.aborted) this.#begin(saved, draft);
    } catch (error) {
      setText("notes-state", "");
      setText("notes-failed-text", `The notes could not be loaded. ${errorMessage(error, { forbidden: "Only the clinician of this visit sees them." })}`);
      byId("notes-failed").hidden = false;
    }
  }

  stop() {
    this.#leaving.abort();
    this.#autosave?.stop();
  }

  /**
   * @param {{texts: Notes, etag: string}} saved
   * @param {import("./drafts.js").Draft | null} draft
   */
  #begin(saved, draft) {
    const autosave = new Autosave(
      {
        load: () => getNotes(this.#visitId),
        save: (texts, etag) => saveNotes(this.#visitId, texts, etag),
        storeDraft: (kept) => saveDraft(this.#userId, this.#visitId, kept),
      },
      {
        get texts() {
          return readForm();
        },
        onState: draw,
        onTexts: fillForm,
        onConflict: (theirs) => {
          // Shows every field that differs, although one that only one side changed is merged whatever is chosen.
          drawConflict(theirs, conflictingFields(EMPTY_NOTES, readForm(), theirs));
        },
      },
    );
    this.#autosave = autosave;
    const { signal } = this.#leaving;
    byId("notes-form").addEventListener("input", () => autosave.edited(), { signal });
    byId("notes-form").addEventListener("focusout", () => void autosave.flush(), { signal });
    byId("notes-form").addEventListener("submit", (event) => event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && void autosave.flush(), { signal });
    addEventListener("online", () => void autosave.flush(), { signal });
    byId("notes-save").onclick = () => void autosave.flush();
    for (const choice of /** @type {const} */ (["mine", "theirs", "both"])) {
      byId(`keep-${choice}`).onclick = () => {
        byId("dispute").hidden = true;
        autosave.resolve(choice);
        byId("notes-title").focus();
      };
    }
    byId("notes-form").hidden = false;
    autosave.start(saved, draft);
  }
}

/** @returns {Notes} */
function readForm() {
  const texts = { ...EMPTY_NOTES };
  for (const { name } of FIELDS) texts[name] = cleanParagraphs(byId(name, HTMLTextAreaElement).value);
  return texts;
}

/** @param {Notes} texts */
function fillForm(texts) {
  for (const { name } of FIELDS) {
    const area = byId(name, HTMLTextAreaElement);
    if (area.value !== texts[name]) area.value = texts[name];
  }
}

/**
 * @param {import("./autosave.js").SaveState} state
 * @param {unknown} error
 */
function draw(state, error) {
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
function drawConflict(theirs, fields) {
  byId("dispute-texts").replaceChildren(
    ...fields.map(({ name, display }) => make("div", "", make("dt", "", display), make("dd", "", theirs[name] || "(empty)"))),
  );
  byId("dispute").hidden = false;
  byId("dispute-title").focus();
}
