/** Gives visits another time, with a dialog that is loaded when it is opened first. */
import { errorMessage } from "../shell/error-messages.js";
import { showFieldErrors } from "../shell/field-errors.js";
import { HttpProblem, NetworkFailure } from "../shell/http.js";
import { getAvailability, getVisit, rescheduleVisit } from "./api.js";
import { clashOf } from "./clash.js";
import { listPeriod } from "./period.js";
import { serverNow } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** What the page does for the dialog. */
export const PAGE = {
  rescheduleVisit,
  getVisit,
  getAvailability,
  listPeriod,
  serverNow,
  clashOf,
  showFieldErrors,
  errorMessage,
  isStale: (/** @type {unknown} */ error) => error instanceof HttpProblem && error.status === 412,
};

export class Rescheduling {
  #onMoved;
  #say;
  /** @type {import("./reschedule-dialog.js").RescheduleDialog | null} */
  #dialog = null;

  /**
   * @param {(visit: Visit) => void} onMoved receives the visit at its new time, or as somebody else has moved it
   * @param {(text: string) => void} say why there is no dialog, "" if there is
   */
  constructor(onMoved, say) {
    this.#onMoved = onMoved;
    this.#say = say;
  }

  /** @param {Visit} visit */
  async open(visit) {
    this.#say("");
    try {
      const { RescheduleDialog } = await import("./reschedule-dialog.js");
      this.#dialog ??= new RescheduleDialog(this.#onMoved, PAGE);
    } catch {
      return this.#say(errorMessage(new NetworkFailure("network")));
    }
    this.#dialog.open(visit);
  }
}
