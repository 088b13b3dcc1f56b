/** A visit's notes: four fields with autosave until they are signed, then what was signed. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { announce, byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, retry } from "../../shell/http.js";
import { cleanParagraphs } from "../../shell/text.js";
import { getNotes, saveNotes, signNotes } from "../api.js";
import { formatDay, formatTime, isOver, partyName } from "../labels.js";
import { serverNow } from "../server-clock.js";
import { Autosave } from "./autosave.js";
import { draftsSurvive, findDraft, saveDraft } from "./drafts.js";
import { EMPTY_NOTES, FIELDS, MAX_LENGTH, conflictingFields, equalNotes } from "./merge.js";
import { drawPaper } from "./paper.js";
import { SignedNotes, asAddendum } from "./signed-notes.js";

/** @typedef {import("../api.js").Notes} Notes */
/** @typedef {import("../api.js").SavedNotes} SavedNotes */
/** @typedef {import("../api.js").Visit} Visit */

export class NotesEditor {
  #userId;
  #visitId;
  #visit;
  /** @type {Autosave | null} */
  #autosave = null;
  /** @type {SignedNotes | null} */
  #signed = null;
  #leaving = new AbortController();

  /**
   * @param {string} userId
   * @param {Visit} visit
   */
  constructor(userId, visit) {
    this.#userId = userId;
    this.#visitId = visit.visitId;
    this.#visit = visit;
    byId("notes-again").onclick = () => void this.open();
    byId("notes-sign").onclick = () => void this.#sign();
    byId("notes-print").onclick = () => print();
    addEventListener("beforeprint", () => this.#drawPaper(), { signal: this.#leaving.signal });
  }

  /** @param {Visit} visit */
  update(visit) {
    this.#visit = visit;
    this.#drawActions();
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
      if (this.#leaving.signal.aborted) return;
      if (saved.about.signedAt) this.#lock(saved, draft?.texts ?? saved.texts);
      else this.#begin(saved, draft);
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
   * @param {SavedNotes} saved
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
        onState: (state, error) => (isSigned(error) ? void this.#lockLater(readForm()) : draw(state, error)),
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
    this.#drawActions();
    autosave.start(saved, draft);
  }

  async #sign() {
    const autosave = this.#autosave;
    if (!autosave) return;
    if (equalNotes(readForm(), EMPTY_NOTES)) return void setText("notes-why", "There is nothing to sign yet.");
    const signed = await confirmDialog({
      title: "Sign these notes?",
      text: "Signed notes can no longer be changed. You can still add to them, and give the patient a copy.",
      yes: "Sign notes",
      calm: true,
      no: "Keep writing",
      failed: signErrorMessage,
      act: async () => {
        const etag = await autosave.settle();
        if (etag === null) throw new Error("not saved");
        this.#lock(await signNotes(this.#visitId, etag));
        announce("The notes are signed.");
      },
    });
    if (signed) byId("notes-title").focus();
  }

  /**
   * Shows what is signed. What was typed before this was known is offered as an addendum, and kept as a draft until it
   * is stored.
   * @param {SavedNotes} saved
   * @param {Notes} typed
   */
  #lock(saved, typed = saved.texts) {
    this.#autosave?.stop();
    this.#autosave = null;
    const unsaved = asAddendum(typed, saved.texts);
    const forget = () => void saveDraft(this.#userId, this.#visitId, null);
    if (!unsaved) forget();
    byId("notes-form").hidden = true;
    byId("dispute").hidden = true;
    byId("notes-save").hidden = true;
    setText("notes-why", "");
    setText("notes-state", "Signed");
    byId("notes-state").dataset.kind = "done";
    this.#signed = new SignedNotes(this.#visitId, saved, unsaved, forget);
    this.#drawActions();
  }

  /**
   * Another window has signed them.
   * @param {Notes} typed
   */
  async #lockLater(typed) {
    try {
      this.#lock(await retry(() => getNotes(this.#visitId)), typed);
    } catch (error) {
      draw("failed", error);
    }
  }

  #drawActions() {
    byId("notes-sign").hidden = !this.#autosave || !isOver(this.#visit);
    byId("notes-actions").hidden = !this.#autosave && !this.#signed;
  }

  #drawPaper() {
    if (!this.#autosave && !this.#signed) return;
    const visit = this.#visit;
    const saved = this.#signed?.saved;
    const about = saved?.about ?? { signedAt: null, signedBy: null, addenda: [] };
    /** @type {[string, string | null][]} */
    const facts = [
      ["Patient", partyName(visit, "patient")],
      ["Clinician", visit.practitionerName],
      ["Visit", `${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}`],
    ];
    drawPaper(byId("paper"), "Visit notes", facts, saved?.texts ?? readForm(), about);
  }
}

/** @param {unknown} error */
function isSigned(error) {
  return error instanceof HttpProblem && error.slug === "notes-signed";
}

/** @param {unknown} error */
function signErrorMessage(error) {
  if (error instanceof HttpProblem && error.status === 412) return "The notes were changed in another window. Close this, load the page again and read them before you sign.";
  if (error instanceof HttpProblem && error.slug === "not-finished") return "Notes are signed after the visit. Close this, and sign when it is over.";
  if (error instanceof Error && error.message === "not saved") return "Your latest changes are not saved yet, so nothing was signed. Close this to see why.";
  return `Nothing was signed. ${errorMessage(error)}`;
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
