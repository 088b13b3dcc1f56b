/** Confirmations before a call is left, or a visit ended or cancelled. */
import { confirmDialog } from "../shell/confirm-dialog.js";
import { errorMessage } from "../shell/error-messages.js";
import { t } from "../shell/messages.js";
import { cancelVisit, endVisit } from "./api.js";
import { isActive } from "./labels.js";

/** @typedef {import("./api.js").Visit} Visit */

/** @param {unknown} error */
function actionErrorMessage(error) {
  return t("visits.unchanged", { failure: errorMessage(error, { exists: t("visits.dialog.moved-on") }) });
}

/**
 * @param {Visit} visit
 * @returns {Promise<boolean>}
 */
export function confirmLeave(visit) {
  return confirmDialog({
    title: t("visits.leave.title"),
    text: isActive(visit)
      ? t("visits.leave.active")
      : t("visits.leave.open-still"),
    yes: t("visits.leave.yes"),
    no: t("visits.leave.no"),
  });
}

/**
 * @param {Visit} visit
 * @param {string} them
 * @param {(visit: Visit) => void} onDone
 */
export function confirmEnd(visit, them, onDone) {
  return confirmDialog({
    title: t("visits.end.title"),
    text: t("visits.end.text", { name: them }),
    yes: t("visits.end.yes"),
    no: t("visits.end.no"),
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
    title: t("visits.cancel.title"),
    text: t("visits.cancel.text", { name: them }),
    yes: t("visits.cancel.yes"),
    no: t("visits.cancel.no"),
    failed: actionErrorMessage,
    act: async () => onDone(await cancelVisit(visit.visitId)),
  });
}
