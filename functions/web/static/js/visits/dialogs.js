/** Confirmations before a call is left, or a visit ended or cancelled. */
import { confirmDialog } from "../shell/confirm-dialog.js";
import { errorMessage } from "../shell/error-messages.js";
import { cancelVisit, endVisit } from "./api.js";
import { isActive } from "./labels.js";

/** @typedef {import("./api.js").Visit} Visit */

/** @param {unknown} error */
function actionErrorMessage(error) {
  return `Nothing was changed. ${errorMessage(error, { exists: "The visit has moved on meanwhile. Close this and look again." })}`;
}

/**
 * @param {Visit} visit
 * @returns {Promise<boolean>}
 */
export function confirmLeave(visit) {
  return confirmDialog({
    title: "Leave the call?",
    text: isActive(visit)
      ? "You can come back for a short while. After that the visit ends by itself."
      : "You can join again while the visit is open.",
    yes: "Leave",
    no: "Stay",
  });
}

/**
 * @param {Visit} visit
 * @param {string} them
 * @param {(visit: Visit) => void} onDone
 */
export function confirmEnd(visit, them, onDone) {
  return confirmDialog({
    title: "End this visit?",
    text: `The call with ${them} ends for both of you and cannot be joined again. Your notes stay open.`,
    yes: "End visit",
    no: "Stay in the visit",
    failed: actionErrorMessage,
    act: async () => onDone(await endVisit(visit.visitId)),
  });
}

/**
 * @param {Visit} visit
 * @param {string} them
 * @param {(visit: Visit) => void} onDone
 */
export function confirmCancel(visit, them, onDone) {
  return confirmDialog({
    title: "Cancel this visit?",
    text: `${them} is told, and nobody can join it any more.`,
    yes: "Cancel visit",
    no: "Keep visit",
    failed: actionErrorMessage,
    act: async () => onDone(await cancelVisit(visit.visitId)),
  });
}
