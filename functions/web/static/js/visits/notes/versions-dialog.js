/** Every version of a visit's notes that was saved, to be read. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { retry } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getNotesHistory } from "./api.js";
import { notesText } from "./paper.js";

/** @typedef {import("openapi").NotesVersionDocument} Version */

const UNSIGNED = { signedAt: null, signedBy: null, addenda: [] };

export class VersionsDialog {
  #visitId;

  /** @param {string} visitId */
  constructor(visitId) {
    this.#visitId = visitId;
    byId("notes-versions").onclick = () => void this.#open();
    byId("versions-close").onclick = () => byId("versions", HTMLDialogElement).close();
  }

  async #open() {
    byId("version-list").replaceChildren();
    setText("versions-said", t("shell.loading"));
    byId("versions", HTMLDialogElement).showModal();
    try {
      const { versions } = await retry(() => getNotesHistory(this.#visitId));
      setText("versions-said", versions.length ? "" : t("visits.versions.none"));
      byId("version-list").replaceChildren(...versions.map(row));
    } catch (error) {
      setText("versions-said", t("visits.notes.failed", { failure: errorMessage(error) }));
    }
  }
}

/**
 * @param {Version} version
 * @param {number} at 0 is the latest
 */
function row(version, at) {
  const time = formatDateTime(version.savedAt);
  const texts = notesText(version, UNSIGNED, "h3");
  const summary = make("summary", "", at ? time : t("visits.versions.latest", { time }));
  return make("li", "", make("details", "version", summary, ...(texts.length ? texts : [make("p", "muted", t("visits.notes.empty"))])));
}
