/** A visit's notes: four fields with autosave until they are signed, then what was signed. */
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, NetworkFailure, retry } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getNotes, getTemplates, replaceTemplates, saveNotes } from "./api.js";
import { isOver } from "../labels.js";
import { Autosave } from "./autosave.js";
import { findDraft, saveDraft } from "./drafts.js";
import { drawConflict, drawState, fillForm, readForm } from "./form.js";
import { EMPTY_NOTES, conflictingFields, equalNotes } from "./merge.js";
import { drawVisitPaper } from "./paper.js";
import { confirmSignature } from "./signature.js";
import { SignedNotes, asAddendum } from "./signed-notes.js";
import { VersionsDialog } from "./versions-dialog.js";

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
  /** Null until its script has been loaded. @type {import("./template-dialog.js").TemplateDialog | null} */
  #templates = null;
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
    byId("notes-templates").onclick = () => void this.#openTemplates();
    new VersionsDialog(visit.visitId);
    byId("notes-sign").onclick = () => void this.#sign();
    byId("notes-print").onclick = () => print();
    addEventListener("beforeprint", () => this.#drawPaper(), { signal: this.#leaving.signal });
  }

  /** @param {Visit} visit */
  update(visit) {
    this.#visit = visit;
    this.#drawActions();
  }

  async #openTemplates() {
    try {
      const { TemplateDialog } = await import("./template-dialog.js");
      this.#templates ??= new TemplateDialog(this, {
        read: getTemplates,
        replace: replaceTemplates,
        isStale: (error) => error instanceof HttpProblem && error.status === 412,
        reason: errorMessage,
      });
      void this.#templates.open();
    } catch {
      setText("notes-state", errorMessage(new NetworkFailure("network")));
    }
  }

  async open() {
    byId("notes-form").hidden = true;
    byId("notes-failed").hidden = true;
    setText("notes-state", t("shell.loading"));
    try {
      const [saved, draft] = await Promise.all([
        retry(() => getNotes(this.#visitId)),
        findDraft(this.#userId, this.#visitId),
      ]);
      if (this.#leaving.signal.aborted) return;
      if (saved.about.signedAt) this.#lock(saved, draft?.texts, draft?.addendum);
      else this.#begin(saved, draft);
    } catch (error) {
      setText("notes-state", "");
      setText("notes-failed-text", t("visits.notes.failed", { failure: errorMessage(error, { forbidden: t("visits.notes.forbidden") }) }));
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
        onState: (state, error) => {
          if (error instanceof HttpProblem && error.slug === "notes-signed") void this.#lockLater(readForm());
          else drawState(state, error);
        },
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

  /** @returns {Notes} the fields of the form */
  get texts() {
    return readForm();
  }

  set texts(texts) {
    fillForm(texts);
    this.#autosave?.edited();
  }

  async #sign() {
    const autosave = this.#autosave;
    if (!autosave) return;
    if (equalNotes(readForm(), EMPTY_NOTES)) return void setText("notes-why", t("visits.notes.sign.nothing"));
    const signed = await confirmSignature(this.#visitId, autosave);
    if (!signed) return;
    this.#lock(signed);
    announce(t("visits.notes.sign.done"));
    byId("notes-title").focus();
  }

  /**
   * Shows what is signed. What was typed before this was known is offered as an addendum, and kept as a draft until it
   * is stored.
   * @param {SavedNotes} saved
   * @param {Notes} typed
   * @param {string} [addendum] the draft of one
   */
  #lock(saved, typed = saved.texts, addendum) {
    this.#autosave?.stop();
    this.#autosave = null;
    const text = addendum ?? asAddendum(typed, saved.texts);
    /** @param {string} unsaved */
    const keep = (unsaved) => {
      const draft = unsaved ? { texts: saved.texts, base: saved.texts, etag: saved.etag, addendum: unsaved } : null;
      void saveDraft(this.#userId, this.#visitId, draft);
    };
    if (!text) keep("");
    byId("notes-form").hidden = true;
    byId("dispute").hidden = true;
    byId("notes-save").hidden = true;
    setText("notes-why", "");
    setText("notes-state", t("visits.notes.signed"));
    byId("notes-state").dataset.kind = "done";
    this.#signed = new SignedNotes(this.#visitId, saved, { text, late: Boolean(text) && addendum === undefined }, keep);
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
      drawState("failed", error);
    }
  }

  #drawActions() {
    byId("notes-templates").hidden = !this.#autosave;
    byId("notes-sign").hidden = !this.#autosave || !isOver(this.#visit);
    byId("notes-actions").hidden = !this.#autosave && !this.#signed;
  }

  #drawPaper() {
    if (!this.#autosave && !this.#signed) return;
    const saved = this.#signed?.saved;
    drawVisitPaper(byId("paper"), this.#visit, saved?.texts ?? readForm(), saved?.about ?? { signedAt: null, signedBy: null, addenda: [] });
  }
}
