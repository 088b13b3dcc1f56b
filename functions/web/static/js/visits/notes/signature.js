/** Asks before notes are signed, and signs what is saved. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { signNotes } from "./api.js";

/** Something that was typed is not on the server. */
class NotSaved extends Error {}

/**
 * @param {string} visitId
 * @param {import("./autosave.js").Autosave} autosave
 * @returns {Promise<import("../api.js").SavedNotes | null>} the signed notes, null if nobody signed
 */
export async function confirmSignature(visitId, autosave) {
  /** @type {import("../api.js").SavedNotes | null} */
  let signed = null;
  await confirmDialog({
    title: t("visits.notes.sign.title"),
    text: t("visits.notes.sign.text"),
    yes: t("visits.notes.sign"),
    calm: true,
    no: t("visits.notes.sign.no"),
    failed: signErrorMessage,
    act: async () => {
      const etag = await autosave.settle();
      if (etag === null) throw new NotSaved();
      signed = await signNotes(visitId, etag);
    },
  });
  return signed;
}

/** @param {unknown} error */
function signErrorMessage(error) {
  if (error instanceof NotSaved) return t("visits.notes.sign.unsaved");
  if (error instanceof HttpProblem && error.status === 412) {
    return t("visits.notes.sign.changed");
  }
  if (error instanceof HttpProblem && error.slug === "not-finished") return t("visits.notes.sign.early");
  return t("visits.notes.sign.failed", { failure: errorMessage(error) });
}
