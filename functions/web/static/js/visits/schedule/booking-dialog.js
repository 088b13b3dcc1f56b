/** The dialog that books a visit: with whom, when and for how long. */
import { patientPath, patientPicker } from "../../pickers.js";
import { fieldTime } from "../../shell/dates.js";
import { byId, make, showFieldError, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { faultWords, showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t, withElements } from "../../shell/messages.js";
import { isVerifiedClinician, nameOf } from "../../shell/users.js";
import { bookVisit, getAvailability } from "../api.js";
import { clashOf } from "../clash.js";
import { FreeTimesField } from "../free-times-field.js";
import { fillLengths } from "../lengths.js";
import { listPeriod } from "../period.js";
import { serverNow } from "../server-clock.js";
import { practitionerPicker } from "./practitioner-picker.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {import("../api.js").Visit} Visit
 * @typedef {{patientId: string, name: string, userId?: string}} Patient
 */

const FIELDS = ["patientId", "practitionerId", "startsAt", "durationMinutes"];

/** The suggested start is the next multiple of this. In minutes. */
const STEP_MINUTES = 15;

/** The suggested length. In minutes. */
const USUAL_MINUTES = 20;

export class BookDialog {
  #user;
  #onBooked;
  #dialog = byId("book", HTMLDialogElement);
  #startsAt = byId("startsAt", HTMLInputElement);
  #minutes = byId("durationMinutes", HTMLSelectElement);
  #picker = patientPicker(byId("patientId", HTMLInputElement), () => this.#changed());
  #practitioner = practitionerPicker(byId("practitionerId", HTMLInputElement), () => this.#changed());
  #free = new FreeTimesField((start) => {
    this.#startsAt.value = fieldTime(start);
    this.#changed();
    this.#startsAt.focus();
  }, { getAvailability, listPeriod, serverNow });
  /** The patient, if the dialog was opened for one. @type {Patient | null} */
  #fixed = null;
  #busy = false;
  /** The idempotency key: the same for each try of a booking, so that a lost response causes no duplicate. */
  #key = "";
  #booking = "";
  /** The booking that may be repeated although the patient has another visit at its time. */
  #warnedOf = "";

  /**
   * @param {User} user
   * @param {(visit: Visit) => void} onBooked
   */
  constructor(user, onBooked) {
    this.#user = user;
    this.#onBooked = onBooked;
    fillLengths(this.#minutes, USUAL_MINUTES);
    byId("book-cancel").addEventListener("click", () => this.#dialog.close());
    byId("book-form").addEventListener("input", () => this.#changed());
    byId("book-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** @param {Patient | null} [chosen] whom the visit is for, if that is known already */
  open(chosen = null) {
    this.#fixed = chosen;
    this.#picker.choose(null);
    byId("patient-field").hidden = Boolean(chosen);
    setText("patient-fixed", chosen ? t("visits.book.for", { name: chosen.name }) : "");
    const { userId } = this.#user;
    // Most clinicians book for themselves.
    this.#practitioner.choose(isVerifiedClinician(this.#user) ? { userId, name: nameOf(this.#user) } : null);
    const next = Math.ceil(serverNow() / 60_000 / STEP_MINUTES) * STEP_MINUTES * 60_000;
    this.#startsAt.value = fieldTime(next);
    this.#clear();
    this.#free.forget();
    this.#dialog.showModal();
    this.#changed();
    (chosen ? this.#startsAt : byId("patientId")).focus();
  }

  /** @returns {Patient | null} */
  get #patient() {
    return this.#fixed ?? this.#picker.chosen;
  }

  #changed() {
    this.#warn("");
    const patient = this.#patient;
    this.#drawNote(patient);
    if (!this.#dialog.open) return;
    const practitionerId = this.#practitioner.chosen?.userId ?? "";
    this.#free.show({ practitionerId, patient, start: new Date(this.#startsAt.value), minutes: Number(this.#minutes.value) });
  }

  /** Says who cannot come yet, before everything else is filled in. @param {Patient | null} patient */
  #drawNote(patient) {
    const note = byId("patient-note");
    note.hidden = !patient || Boolean(patient.userId);
    if (note.hidden || !patient) return;
    const link = make("a", "", t("visits.book.open-patient"));
    link.href = patientPath(patient.patientId);
    // In one element, since each child of a notice is a column of its own.
    note.replaceChildren(make("span", "", ...withElements(t("visits.book.nobody", { name: patient.name, link: "{link}" }), { link })));
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
      patientId: this.#patient?.patientId ?? "",
      practitionerId: this.#practitioner.chosen?.userId ?? "",
      startsAt: whole ? startsAt.toISOString() : "",
      durationMinutes: Number(this.#minutes.value),
    };
    showFieldError("patientId", booking.patientId ? "" : t("visits.book.no-patient"));
    showFieldError("practitionerId", booking.practitionerId ? "" : t("visits.book.no-clinician"));
    showFieldError("startsAt", whole ? "" : t("visits.start.missing"));
    if (!booking.patientId) return byId("patientId").focus();
    if (!booking.practitionerId) return byId("practitionerId").focus();
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
    const clash = await clashOf(error);
    if (clash) {
      this.#fail(clash.allowable ? t("visits.book.clash", { clash: clash.text }) : t("visits.clash.choose", { clash: clash.text }));
      return this.#warn(clash.allowable ? booking : "");
    }
    const unseen = error instanceof HttpProblem && this.#fixed && error.errors.find(({ field }) => field === "patientId");
    if (unseen) return this.#fail(await faultWords(unseen));
    if (showFieldErrors(error, Object.fromEntries(FIELDS.map((name) => [name, name])))) return;
    this.#fail(errorMessage(error, { forbidden: t("visits.book.forbidden"), missing: t("visits.book.missing") }));
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
    setText("book-yes", busy ? t("visits.book.busy") : this.#warnedOf ? t("visits.book.as-well") : t("visits.book.yes"));
  }
}
