/** What is asked before a call is left, a visit ended, or one called off. */
import { confirmed } from "../shell/confirm-dialog.js";
import { refusal } from "../shell/error-messages.js";
import { cancel, end } from "./api.js";
import { isGoingOn } from "./labels.js";

/** @typedef {import("./api.js").Visit} Visit */

/** @param {unknown} error */
function whyNot(error) {
  return `Nothing was changed. ${refusal(error, { exists: "The visit has moved on meanwhile. Close this and look again." })}`;
}

/**
 * @param {Visit} visit
 * @returns {Promise<boolean>}
 */
export function askLeave(visit) {
  return confirmed({
    title: "Leave the call?",
    text: isGoingOn(visit)
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
export function askEnd(visit, them, onDone) {
  return confirmed({
    title: "End this visit?",
    text: `The call with ${them} ends for both of you and cannot be joined again. Your notes stay open.`,
    yes: "End visit",
    no: "Go on",
    failed: whyNot,
    act: async () => onDone(await end(visit.visitId)),
  });
}

/**
 * @param {Visit} visit
 * @param {string} them
 * @param {(visit: Visit) => void} onDone
 */
export function askCancel(visit, them, onDone) {
  return confirmed({
    title: "Cancel this visit?",
    text: `${them} is told, and nobody can join it any more.`,
    yes: "Cancel visit",
    no: "Keep visit",
    failed: whyNot,
    act: async () => onDone(await cancel(visit.visitId)),
  });
}
