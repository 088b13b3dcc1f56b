/** Upload errors, explained to the person holding the phone, with what to do next. */

import { HttpProblem, isTransient } from "../../shell/http.js";
import { StorageProblem } from "../upload/transfer.js";

/**
 * `transient`: may succeed later. `full`: no room in the session. `ended`: the session is gone.
 * `dropped`: the photo was deleted elsewhere. `refused`: a retry will hardly help.
 * @typedef {"transient" | "full" | "ended" | "dropped" | "refused"} Kind
 * @typedef {{kind: Kind, message: string}} Failure
 */

/**
 * @param {unknown} error
 * @returns {Failure}
 */
export function toFailure(error) {
  if (isTransient(error)) {
    const status = error instanceof HttpProblem ? error.status : 0;
    if (status === 429) return { kind: "transient", message: "Too busy right now. Try again in a minute." };
    if (status) return { kind: "transient", message: "The server has a problem. Try again." };
    return { kind: "transient", message: "No connection. Try again when you have signal." };
  }
  if (!(error instanceof HttpProblem)) return { kind: "refused", message: "This page failed, not the server. Load it again." };
  if (!(error instanceof StorageProblem)) {
    if (error.slug === "image-deleted") return { kind: "dropped", message: "" };
    if (error.status === 401 || error.slug === "session-not-found") {
      return { kind: "ended", message: "This session has ended: scan a new code." };
    }
    if (error.slug === "image-limit-reached") {
      return { kind: "full", message: "The session is full. Delete a photo on the desktop, then try again." };
    }
    if (error.slug === "damaged-image") {
      return { kind: "refused", message: "This photo arrived damaged. Delete it and take it again." };
    }
    if (error.slug === "wrong-encounter") {
      return { kind: "refused", message: "This code does not take the photo. Scan a new code for this patient." };
    }
  }
  return { kind: "refused", message: "The server did not take this photo. Try again, or delete it and take it anew." };
}
