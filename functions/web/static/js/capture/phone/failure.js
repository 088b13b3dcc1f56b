/** What went wrong, in the words of the person holding the phone, each with what to do next. */

import { HttpProblem, isTransient } from "../../shell/http.js";

/** The storage said no, or something between us and it failed. */
export class StorageProblem extends HttpProblem {}

/**
 * `passing`: may work by itself later. `full`: no room in the session. `ended`: the session is gone.
 * `dropped`: the photo was deleted elsewhere. `refused`: trying again will hardly help.
 * @typedef {"passing" | "full" | "ended" | "dropped" | "refused"} Kind
 * @typedef {{kind: Kind, message: string}} Failure
 */

/**
 * @param {unknown} error
 * @returns {Failure}
 */
export function explain(error) {
  if (isTransient(error)) {
    const status = error instanceof HttpProblem ? error.status : 0;
    if (status === 429) return { kind: "passing", message: "Too busy right now. Try again in a minute." };
    if (status) return { kind: "passing", message: "The server has a problem. Try again." };
    return { kind: "passing", message: "No connection. Try again when you have signal." };
  }
  if (error instanceof HttpProblem && !(error instanceof StorageProblem)) {
    if (error.slug === "image-deleted") return { kind: "dropped", message: "" };
    if (error.status === 401 || error.slug === "session-not-found") {
      return { kind: "ended", message: "This session has ended: scan a new code." };
    }
    if (error.slug === "image-limit-reached") {
      return { kind: "full", message: "The session is full. Delete a photo on the desktop, then try again." };
    }
    if (error.slug === "wrong-encounter") {
      return { kind: "refused", message: "This code does not take the photo. Scan a new code for this patient." };
    }
  }
  return { kind: "refused", message: "The server did not take this photo. Try again, or delete it and take it anew." };
}
