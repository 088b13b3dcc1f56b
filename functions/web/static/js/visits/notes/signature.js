/** Asks before notes are signed, and signs what is saved. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { signNotes } from "../api.js";

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
    title: "Sign these notes?",
    text: "Signed notes can no longer be changed. You can still add to them, and give the patient a copy.",
    yes: "Sign notes",
    calm: true,
    no: "Keep writing",
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
  if (error instanceof NotSaved) return "Your latest changes are not saved yet, so nothing was signed. Close this to see why.";
  if (error instanceof HttpProblem && error.status === 412) {
    return "The notes were changed in another window. Close this, load the page again and read them before you sign.";
  }
  if (error instanceof HttpProblem && error.slug === "not-finished") return "Notes are signed after the visit. Close this, and sign when it is over.";
  return `Nothing was signed. ${errorMessage(error)}`;
}
