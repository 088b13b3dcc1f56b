/** The dialog that gives a visit another time. */
import { byId, make, setText, showFieldError } from "../shell/dom.js";
import { errorMessage, showFieldErrors } from "../shell/error-messages.js";
import { HttpProblem } from "../shell/http.js";
import { getVisit, rescheduleVisit } from "./api.js";
import { clashOf } from "./clash.js";
import { formatDay, formatTime, partyName } from "./labels.js";
import { serverNow } from "./server-clock.js";

/** @typedef {import("./api.js").Visit} Visit */

/** The lengths that are offered, beside the visit's own. In minutes. */
const LENGTHS = [10, 15, 20, 30, 45];

export class RescheduleDialog {
  #onMoved;
  #dialog = byId("reschedule", HTMLDialogElement);
  #start = byId("newStart", HTMLInputElement);
  #length = byId("newLength", HTMLSelectElement);
  #busy = false;
  /** @type {Visit | null} */
  #visit = null;
  /** The wish that may be repeated although the patient has another visit at its time. */
  #warnedOf = "";

  /** @param {(visit: Visit) => void} onMoved receives the visit at its new time, or as somebody else has moved it */
  constructor(onMoved) {
    this.#onMoved = onMoved;
    byId("reschedule-no").onclick = () => this.#dialog.close();
    byId("reschedule-form").oninput = () => this.#warn("");
    byId("reschedule-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#submit();
    };
  }

  /** @param {Visit} visit */
  open(visit) {
    this.#show(visit);
    this.#fail("");
    showFieldError("newStart", "");
    showFieldError("newLength", "");
    this.#warn("");
    this.#dialog.showModal();
    this.#start.focus();
  }

  /** @param {Visit} visit */
  #show(visit) {
    this.#visit = visit;
    const { startsAt, durationMinutes } = visit;
    setText("reschedule-what", `${partyName(visit, "patient")} with ${partyName(visit, "practitioner")}: ${whenOf(visit)}`);
    this.#start.value = localTime(Date.parse(startsAt));
    const lengths = [...new Set([...LENGTHS, durationMinutes])].sort((one, other) => one - other);
    this.#length.replaceChildren(...lengths.map((minutes) => option(minutes)));
    this.#length.value = String(durationMinutes);
  }

  async #submit() {
    if (this.#busy || !this.#visit) return;
    this.#fail("");
    const start = new Date(this.#start.value);
    const whole = !Number.isNaN(start.getTime());
    showFieldError("newStart", whole ? "" : "Enter a day and a time.");
    if (!whole) return this.#start.focus();
    const wish = { startsAt: start.toISOString(), durationMinutes: Number(this.#length.value) };
    const wanted = JSON.stringify(wish);
    this.#work(true);
    try {
      const moved = await rescheduleVisit(this.#visit, wanted === this.#warnedOf ? { ...wish, allowPatientClash: true } : wish);
      this.#dialog.close();
      this.#onMoved(moved);
    } catch (error) {
      await this.#refused(error, wanted);
    } finally {
      this.#work(false);
    }
  }

  /**
   * @param {unknown} error
   * @param {string} wanted the wish as JSON
   */
  async #refused(error, wanted) {
    const clash = await clashOf(error);
    if (clash) {
      this.#fail(`${clash.text} ${clash.allowable ? "Choose another time, or move the visit all the same." : "Choose another time."}`);
      return this.#warn(clash.allowable ? wanted : "");
    }
    if (showFieldErrors(error, { startsAt: "newStart", durationMinutes: "newLength" })) return;
    if (error instanceof HttpProblem && error.status === 412) return this.#showNewest();
    this.#fail(errorMessage(error, {
      forbidden: "Only clinicians and administrators of the facility may reschedule this visit.",
      missing: "This visit does not exist any more.",
      exists: "Nothing was changed. Somebody has joined the visit, or it is over.",
    }));
  }

  /** Somebody else has moved it meanwhile: the new time is shown, and may be changed. */
  async #showNewest() {
    try {
      const visit = await getVisit(this.#visit?.visitId ?? "");
      this.#show(visit);
      this.#onMoved(visit);
      this.#fail(`Somebody else has moved this visit meanwhile, to ${whenOf(visit)}. Choose again if it should move once more.`);
    } catch (error) {
      this.#fail(errorMessage(error));
    }
  }

  /** @param {string} wanted the wish as JSON; "" for none */
  #warn(wanted) {
    this.#warnedOf = wanted;
    if (!this.#busy) this.#work(false);
  }

  /** @param {string} text "" for none */
  #fail(text) {
    setText("reschedule-failure", text);
    byId("reschedule-failure").hidden = !text;
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.#busy = busy;
    byId("reschedule-yes").setAttribute("aria-disabled", String(busy));
    setText("reschedule-yes", busy ? "Rescheduling…" : this.#warnedOf ? "Move all the same" : "Reschedule");
  }
}

/** @param {Visit} visit */
function whenOf({ startsAt, durationMinutes }) {
  return `${formatDay(startsAt, serverNow())}, ${formatTime(startsAt)}, ${durationMinutes} minutes`;
}

/** @param {number} minutes */
function option(minutes) {
  const made = make("option", "", `${minutes} minutes`);
  made.value = String(minutes);
  return made;
}

/**
 * @param {number} at Unix ms
 * @returns {string} in the format of a datetime-local input
 */
function localTime(at) {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
