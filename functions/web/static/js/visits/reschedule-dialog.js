/**
 * The dialog that gives a visit another time. Loaded when it is opened first, so it may import only modules without state
 * of their own.
 */
import { fieldTime } from "../shell/dates.js";
import { byId, setText, showFieldError } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { formatDayAndLength, partyName } from "./labels.js";
import { fillLengths } from "./lengths.js";

/** @typedef {import("./api.js").Visit} Visit */

export class RescheduleDialog {
  #onMoved;
  #page;
  #dialog = byId("reschedule", HTMLDialogElement);
  #start = byId("newStart", HTMLInputElement);
  #length = byId("newLength", HTMLSelectElement);
  /** Loaded when the dialog is opened first. @type {import("./free-times-field.js").FreeTimesField | null} */
  #free = null;
  #busy = false;
  /** @type {Visit | null} */
  #visit = null;
  /** The wish that may be repeated although the patient has another visit at its time. */
  #warnedOf = "";

  /**
   * @param {(visit: Visit) => void} onMoved receives the visit at its new time, or as somebody else has moved it
   * @param {typeof import("./rescheduling.js").PAGE} page what the page does for the dialog
   */
  constructor(onMoved, page) {
    this.#onMoved = onMoved;
    this.#page = page;
    byId("reschedule-no").onclick = () => this.#dialog.close();
    byId("reschedule-form").oninput = () => this.#changed();
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
    this.#free?.forget();
    this.#changed();
    void this.#loadFreeTimes();
    this.#dialog.showModal();
    this.#start.focus();
  }

  async #loadFreeTimes() {
    if (this.#free) return;
    try {
      const { FreeTimesField } = await import("./free-times-field.js");
      this.#free ??= new FreeTimesField((start) => {
        this.#start.value = fieldTime(start);
        this.#changed();
        this.#start.focus();
      }, this.#page, "move-");
      this.#draw();
    } catch {
      // A time can be entered without them, and the next opening tries again.
    }
  }

  #changed() {
    this.#warn("");
    this.#draw();
  }

  #draw() {
    const visit = this.#visit;
    if (!visit || !this.#free) return;
    const patient = { userId: visit.patientId, patientId: visit.patientRecordId, name: partyName(visit, "patient") };
    const start = new Date(this.#start.value);
    this.#free.show({ practitionerId: visit.practitionerId, patient, start, minutes: Number(this.#length.value), except: visit.visitId });
  }

  /** @param {Visit} visit */
  #show(visit) {
    this.#visit = visit;
    const { startsAt, durationMinutes } = visit;
    const who = t("visits.with", { patient: partyName(visit, "patient"), practitioner: partyName(visit, "practitioner") });
    setText("reschedule-what", `${who}: ${formatDayAndLength(visit, this.#page.serverNow())}`);
    this.#start.value = fieldTime(Date.parse(startsAt));
    fillLengths(this.#length, durationMinutes);
  }

  async #submit() {
    if (this.#busy || !this.#visit) return;
    this.#fail("");
    const start = new Date(this.#start.value);
    const whole = !Number.isNaN(start.getTime());
    showFieldError("newStart", whole ? "" : t("visits.start.missing"));
    if (!whole) return this.#start.focus();
    const wish = { startsAt: start.toISOString(), durationMinutes: Number(this.#length.value) };
    const wanted = JSON.stringify(wish);
    this.#work(true);
    try {
      const moved = await this.#page.rescheduleVisit(this.#visit, wanted === this.#warnedOf ? { ...wish, allowPatientClash: true } : wish);
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
    const clash = await this.#page.clashOf(error);
    if (clash) {
      this.#fail(clash.allowable ? t("visits.reschedule.clash", { clash: clash.text }) : t("visits.clash.choose", { clash: clash.text }));
      return this.#warn(clash.allowable ? wanted : "");
    }
    if (this.#page.showFieldErrors(error, { startsAt: "newStart", durationMinutes: "newLength" })) return;
    if (this.#page.isStale(error)) return this.#showNewest();
    this.#fail(this.#page.errorMessage(error, {
      forbidden: t("visits.reschedule.forbidden"),
      missing: t("visits.reschedule.missing"),
      exists: t("visits.reschedule.too-late"),
    }));
  }

  /** Somebody else has moved it meanwhile: the new time is shown, and may be changed. */
  async #showNewest() {
    try {
      const visit = await this.#page.getVisit(this.#visit?.visitId ?? "");
      this.#show(visit);
      this.#onMoved(visit);
      this.#fail(t("visits.reschedule.meanwhile", { when: formatDayAndLength(visit, this.#page.serverNow()) }));
    } catch (error) {
      this.#fail(this.#page.errorMessage(error));
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
    setText("reschedule-yes", busy ? t("visits.reschedule.busy") : this.#warnedOf ? t("visits.reschedule.as-well") : t("visits.reschedule"));
  }
}
