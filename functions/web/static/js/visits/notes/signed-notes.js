/** Signed notes: their texts and signature, addenda, and the copy for the patient. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanParagraphs } from "../../shell/text.js";
import { addAddendum, getNotes, releaseNotes } from "./api.js";
import { FIELDS } from "./merge.js";
import { notesText } from "./paper.js";

/** @typedef {import("../api.js").Notes} Notes */
/** @typedef {import("../api.js").SavedNotes} SavedNotes */

/** Characters and addenda that the server accepts. */
const MAX_LENGTH = 2_000;
const MAX_ADDENDA = 20;

export class SignedNotes {
  #visitId;
  /** @type {SavedNotes} */
  #saved;
  #onTyped;
  #busy = false;

  /**
   * @param {string} visitId
   * @param {SavedNotes} saved
   * @param {{text: string, late: boolean}} unsaved an addendum that is not stored yet; `late` if it was typed as a change
   *   before it was known that they are signed
   * @param {(text: string) => void} onTyped called with what is not stored, "" if there is nothing
   */
  constructor(visitId, saved, unsaved, onTyped) {
    this.#visitId = visitId;
    this.#saved = saved;
    this.#onTyped = onTyped;
    byId("addendum", HTMLTextAreaElement).value = unsaved.text;
    byId("addendum-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#add();
    };
    byId("addendum").oninput = () => {
      this.#onTyped(this.#typed);
      this.#drawForm();
    };
    byId("notes-release").onclick = () => void this.#release();
    byId("unsaved-addendum").hidden = !unsaved.late;
    byId("notes-signed").hidden = false;
    this.#draw();
  }

  get saved() {
    return this.#saved;
  }

  get #typed() {
    return cleanParagraphs(byId("addendum", HTMLTextAreaElement).value);
  }

  async #add() {
    const text = this.#typed;
    if (!text) return byId("addendum").focus();
    if (this.#busy || text.length > MAX_LENGTH) return;
    await this.#change(async () => {
      this.#saved = await addAddendum(this.#visitId, text, this.#saved.etag);
      byId("addendum", HTMLTextAreaElement).value = "";
      byId("unsaved-addendum").hidden = true;
      this.#onTyped("");
      announce(t("visits.notes.addendum.stored"));
    });
    byId("addendum").focus();
  }

  async #release() {
    const released = await confirmDialog({
      title: t("visits.notes.release.title"),
      text: t("visits.notes.release.text"),
      yes: t("visits.notes.release.yes"),
      calm: true,
      no: t("visits.notes.release.no"),
      failed: (error) => t("visits.notes.release.failed", { failure: errorMessage(error) }),
      act: async () => {
        try {
          this.#saved = await releaseNotes(this.#visitId, this.#saved.etag);
        } catch (error) {
          await this.#reload(error);
          throw error;
        }
        announce(t("visits.notes.release.done"));
      },
    });
    this.#draw();
    if (released) byId("notes-title").focus();
  }

  /** @param {() => Promise<void>} change */
  async #change(change) {
    this.#busy = true;
    setText("addendum-said", t("shell.saving"));
    try {
      await change();
      setText("addendum-said", "");
    } catch (error) {
      await this.#reload(error);
      const changed = error instanceof HttpProblem && error.status === 412;
      setText("addendum-said", changed ? t("visits.notes.addendum.another") : t("visits.notes.addendum.failed", { failure: errorMessage(error) }));
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }

  /**
   * Fetches what another window has added meanwhile.
   * @param {unknown} error
   */
  async #reload(error) {
    if (!(error instanceof HttpProblem && error.status === 412)) return;
    try {
      this.#saved = await getNotes(this.#visitId);
    } catch {
      // The next attempt finds it out again.
    }
  }

  #draw() {
    const { texts, about } = this.#saved;
    byId("notes-text").replaceChildren(...notesText(texts, about, "h3"));
    const whole = about.released?.addenda === about.addenda.length;
    const lacking = about.addenda.length - (about.released?.addenda ?? 0);
    const time = formatDateTime(about.released?.at);
    const copy = whole ? t("visits.notes.released", { time }) : t("visits.notes.released.lacks", { count: lacking, time });
    setText("released-said", about.released ? copy : t("visits.notes.released.none"));
    setText("notes-release", about.released ? t("visits.notes.release-again") : t("visits.notes.release"));
    byId("notes-release").hidden = whole;
    byId("addendum-form").hidden = about.addenda.length >= MAX_ADDENDA;
    this.#drawForm();
  }

  #drawForm() {
    const { length } = this.#typed;
    setText("addendum-why", length > MAX_LENGTH ? t("visits.notes.addendum.too-long", { most: MAX_LENGTH, length }) : "");
  }
}

/**
 * Returns what was typed and is not in the signed notes, as the text of an addendum; "" if there is nothing.
 * @param {Notes} typed
 * @param {Notes} signed
 */
export function asAddendum(typed, signed) {
  return FIELDS.filter(({ name }) => typed[name] && typed[name] !== signed[name])
    .map(({ name, display }) => `${display}: ${typed[name]}`)
    .join("\n\n");
}
