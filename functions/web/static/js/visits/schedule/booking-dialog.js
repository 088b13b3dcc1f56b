/** The dialog that books a visit: with whom, when and for how long. */
import { apiGet } from "../../shell/api.js";
import { byId, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage, showFieldErrors } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanLine } from "../../shell/text.js";
import { isAdmin, isClinician, isPatient, nameOf } from "../../shell/users.js";
import { bookVisit, getVisit } from "../api.js";
import { formatDay, formatTime, partyName } from "../labels.js";
import { serverNow } from "../server-clock.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {import("../api.js").Visit} Visit
 */

const FIELDS = ["patientId", "practitionerId", "startsAt", "durationMinutes"];

/** The suggested start is the next multiple of this. In minutes. */
const STEP_MINUTES = 15;

/** At most this many pages of a facility's people are read. */
const PAGES = 20;

export class BookDialog {
  #user;
  #onBooked;
  #dialog = byId("book", HTMLDialogElement);
  #patient = byId("patientId", HTMLInputElement);
  #practitioner = byId("practitionerId", HTMLInputElement);
  #startsAt = byId("startsAt", HTMLInputElement);
  #minutes = byId("durationMinutes", HTMLSelectElement);
  #busy = false;
  /** The idempotency key: the same for each try of a booking, so that a lost response causes no duplicate. */
  #key = "";
  #booking = "";
  /** The booking that may be repeated although the patient has another visit at its time. */
  #warnedOf = "";
  /** @type {User[] | null} */
  #people = null;

  /**
   * @param {User} user
   * @param {(visit: Visit) => void} onBooked
   */
  constructor(user, onBooked) {
    this.#user = user;
    this.#onBooked = onBooked;
    byId("book-cancel").addEventListener("click", () => this.#dialog.close());
    byId("book-form").addEventListener("input", () => this.#warn(""));
    byId("book-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** @param {{patientId: string, name: string} | null} [chosen] whom the visit is for, if that is known already */
  open(chosen = null) {
    this.#patient.value = chosen?.patientId ?? "";
    byId("patient-field").hidden = Boolean(chosen);
    setText("patient-fixed", chosen ? `For ${chosen.name}` : "");
    this.#practitioner.value = isClinician(this.#user) ? this.#user.userId : "";
    // Clinicians book for themselves; administrators choose the clinician.
    byId("practitioner-field").hidden = !isAdmin(this.#user);
    setText("practitioner-fixed", isAdmin(this.#user) ? "" : `The visit is yours, ${nameOf(this.#user)}.`);
    const next = Math.ceil(serverNow() / 60_000 / STEP_MINUTES) * STEP_MINUTES * 60_000;
    this.#startsAt.value = localTime(next);
    this.#clear();
    this.#warn("");
    this.#dialog.showModal();
    (chosen ? this.#startsAt : this.#patient).focus();
    if (isAdmin(this.#user) && !this.#people) void this.#offerPeople();
  }

  /** Suggests people to administrators, who may list them; others type the ids. */
  async #offerPeople() {
    this.#people = [];
    try {
      let cursor = "";
      for (let page = 0; page < PAGES; page += 1) {
        const answer = await apiGet(`/admin/users${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
        this.#people.push(...answer.users);
        cursor = answer.cursor ?? "";
        if (!cursor) break;
      }
    } catch {
      // The suggestions are optional: use those read so far.
    }
    byId("people-patients").replaceChildren(...this.#people.filter(isPatient).map(option));
    byId("people-clinicians").replaceChildren(...this.#people.filter(isClinician).map(option));
  }

  #clear() {
    for (const field of FIELDS) showFieldError(field, "");
    byId("book-failure").hidden = true;
  }

  async #submit() {
    if (this.#busy) return;
    this.#clear();
    const startsAt = new Date(this.#startsAt.value);
    const whole = !Number.isNaN(startsAt.getTime());
    const booking = {
      patientId: cleanLine(this.#patient.value),
      practitionerId: cleanLine(this.#practitioner.value),
      startsAt: whole ? startsAt.toISOString() : "",
      durationMinutes: Number(this.#minutes.value),
    };
    showFieldError("patientId", booking.patientId ? "" : "Enter the patient’s user ID.");
    showFieldError("practitionerId", booking.practitionerId ? "" : "Enter the clinician’s user ID.");
    showFieldError("startsAt", whole ? "" : "Enter a day and a time.");
    if (!booking.patientId) return this.#patient.focus();
    if (!booking.practitionerId) return this.#practitioner.focus();
    if (!whole) return this.#startsAt.focus();
    const wanted = JSON.stringify(booking);
    const asked = wanted === this.#warnedOf ? { ...booking, allowPatientClash: true } : booking;
    const text = JSON.stringify(asked);
    if (text !== this.#booking) this.#key = crypto.randomUUID();
    this.#booking = text;
    this.#work(true);
    try {
      const visit = await bookVisit(asked, this.#key);
      this.#booking = "";
      this.#dialog.close();
      this.#onBooked(visit);
    } catch (error) {
      await this.#refused(error, wanted);
    } finally {
      this.#work(false);
    }
  }

  /** @param {string} booking as JSON; "" for none */
  #warn(booking) {
    this.#warnedOf = booking;
    if (!this.#busy) this.#work(false);
  }

  /**
   * @param {unknown} error
   * @param {string} booking as JSON
   */
  async #refused(error, booking) {
    const clash = error instanceof HttpProblem && (error.slug === "clash" || error.slug === "patient-clash");
    if (clash) {
      const other = await otherVisit(error.visitId);
      const may = error.slug === "patient-clash";
      this.#fail(`${may ? "The patient" : "The clinician"} ${other}. ${may ? "Choose another time, or book this visit as well." : "Choose another time."}`);
      return this.#warn(may ? booking : "");
    }
    const unseen = error instanceof HttpProblem && byId("patient-field").hidden && error.errors.find(({ field }) => field === "patientId");
    if (unseen) return this.#fail(unseen.message);
    if (showFieldErrors(error, Object.fromEntries(FIELDS.map((name) => [name, name])))) return;
    this.#fail(errorMessage(error, {
      forbidden: "You may not book this visit. Patient and clinician must belong to your facility.",
      missing: "Nobody with this user ID is known. Check the IDs.",
      exists: error instanceof HttpProblem ? error.message : "",
    }));
  }

  /** @param {string} text */
  #fail(text) {
    setText("book-failure", text);
    byId("book-failure").hidden = false;
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.#busy = busy;
    byId("book-yes").setAttribute("aria-disabled", String(busy));
    setText("book-yes", busy ? "Booking…" : this.#warnedOf ? "Book as well" : "Book visit");
  }
}

/**
 * @param {string | null} visitId the visit that stands in the way; null if it is another facility's
 * @returns {Promise<string>} what somebody has at this time
 */
async function otherVisit(visitId) {
  try {
    if (visitId) {
      const visit = await getVisit(visitId);
      const when = `${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}, ${visit.durationMinutes} minutes`;
      return `already has a visit at this time: ${partyName(visit, "patient")} with ${partyName(visit, "practitioner")} (${when})`;
    }
  } catch {
    // Without its details it stands in the way all the same.
  }
  return "already has a visit at this time";
}

/** @param {User} user */
function option(user) {
  const made = document.createElement("option");
  made.value = user.userId;
  made.label = nameOf(user);
  return made;
}

/**
 * @param {number} at Unix ms
 * @returns {string} in the format of a datetime-local input
 */
function localTime(at) {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
