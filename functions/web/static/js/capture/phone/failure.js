/** Upload errors, explained to the person holding the phone, with what to do next. */

import { HttpProblem, isTransient } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
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
    if (status === 429) return { kind: "transient", message: t("capture.phone.failure.busy") };
    if (status) return { kind: "transient", message: t("capture.phone.failure.server") };
    return { kind: "transient", message: t("capture.phone.failure.connection") };
  }
  if (!(error instanceof HttpProblem)) return { kind: "refused", message: t("capture.phone.failure.page") };
  if (!(error instanceof StorageProblem)) {
    if (error.slug === "image-deleted") return { kind: "dropped", message: "" };
    if (error.status === 401 || error.slug === "session-not-found") {
      return { kind: "ended", message: t("capture.phone.failure.ended") };
    }
    if (error.slug === "image-limit-reached") {
      return { kind: "full", message: t("capture.phone.failure.full") };
    }
    if (error.slug === "damaged-image") {
      return { kind: "refused", message: t("capture.phone.failure.damaged") };
    }
    if (error.slug === "wrong-encounter") {
      return { kind: "refused", message: t("capture.phone.failure.other-code") };
    }
  }
  return { kind: "refused", message: t("capture.phone.failure.refused") };
}
