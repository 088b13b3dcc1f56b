/** The practitioner's visit room: patient, call and notes, and the summary afterwards. */
import { requireSignIn } from "../../app.js";
import { announce, byId, setCutText, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { t } from "../../shell/messages.js";
import { isVerifiedClinician } from "../../shell/users.js";
import { visitIdInUrl } from "../api.js";
import { addToCalendar } from "../add-to-calendar.js";
import { Call } from "../call.js";
import { confirmCancel, confirmEnd, confirmLeave } from "../dialogs.js";
import { formatDay, formatDayAndTime, formatMinutes, formatTime, isActive, isOver, partyName, stateLabel } from "../labels.js";
import { LIVE_STATE_HINTS } from "../live-hints.js";
import { NotesEditor } from "../notes/editor.js";
import { Rescheduling } from "../rescheduling.js";
import { serverNow } from "../server-clock.js";
import { Stage } from "../stage.js";
import { VisitSubscription } from "../subscription.js";
import { RecordingControls } from "./recording-controls.js";
import { SummaryCard } from "./summary-card.js";
import { initTabs } from "./tabs.js";

/** @typedef {import("../api.js").Visit} Visit */

class VisitRoom {
  #user;
  #call;
  #stage;
  #subscription;
  #recording;
  #summary;
  /** @type {NotesEditor | null} */
  #notes = null;
  /** @type {Visit | null} */
  #visit = null;
  #ticking = 0;

  /**
   * @param {import("../../shell/users.js").User} user
   * @param {string} visitId
   */
  constructor(user, visitId) {
    this.#user = user;
    this.#call = new Call(visitId, "practitioner", byId("room"), {
      onVisit: (visit) => this.#subscription.apply(visit),
      onChange: () => {
        this.#draw();
        this.#subscription.refresh();
      },
    });
    this.#stage = new Stage("practitioner", this.#call);
    this.#recording = new RecordingControls(visitId);
    this.#summary = new SummaryCard(() => void this.#recording.ask());
    this.#subscription = new VisitSubscription(visitId, {
      onVisit: (visit) => this.#update(visit),
      onRefused: (error) => this.#refused(error),
      onState: (state) => drawLiveBadge(state, LIVE_STATE_HINTS),
    });
    byId("leave").onclick = () => void this.#leave();
    byId("end").onclick = () => this.#visit && void confirmEnd(this.#visit, this.#patient, (visit) => this.#subscription.apply(visit));
    byId("cancel").onclick = () => this.#visit && void confirmCancel(this.#visit, this.#patient, (visit) => this.#subscription.apply(visit));
    const reschedule = new Rescheduling((visit) => this.#subscription.apply(visit), (text) => setText("recording-said", text));
    byId("calendar").onclick = () => this.#visit && void addToCalendar(this.#visit, "practitioner", (text) => setText("recording-said", text));
    byId("reschedule-open").onclick = () => this.#visit && void reschedule.open(this.#visit);
    this.#subscription.start();
    this.#ticking = setInterval(() => this.#draw(), 500);
  }

  stop() {
    clearInterval(this.#ticking);
    this.#subscription.stop();
    this.#call.stop();
    this.#recording.stop();
    this.#notes?.stop();
  }

  get #patient() {
    return this.#visit ? partyName(this.#visit, "patient") : "";
  }

  get #isMine() {
    return this.#visit?.practitionerId === this.#user.userId;
  }

  /** @param {Visit} visit */
  #update(visit) {
    const before = this.#visit;
    this.#visit = visit;
    this.#call.update(visit);
    if (this.#isMine) this.#recording.update(visit);
    if (!before) this.#begin(visit);
    this.#notes?.update(visit);
    if (before && before.state !== visit.state) announce(stateLabel(visit).text);
    if (before && before.startsAt !== visit.startsAt) announce(t("visits.room.moved", { when: formatDayAndTime(visit.startsAt, serverNow()) }));
    this.#draw();
    if (isOver(visit)) this.#close(visit);
  }

  /** @param {Visit} visit one that is over */
  #close(visit) {
    byId("check", HTMLDialogElement).close();
    // No listeners are needed any more.
    byId("pill").hidden = true;
    void this.#summary.show(visit, this.#isMine);
  }

  /** @param {Visit} visit */
  #begin(visit) {
    byId("patient").hidden = false;
    showScreen("visit");
    const chart = byId("chart", HTMLAnchorElement);
    chart.hidden = !visit.patientRecordId || !isVerifiedClinician(this.#user);
    chart.href = `/patient?id=${encodeURIComponent(visit.patientRecordId ?? "")}`;
    if (this.#isMine) {
      this.#notes = new NotesEditor(this.#user.userId, visit);
      void this.#notes.open();
      if (this.#call.interruptedByReload && !isOver(visit)) void this.#call.join();
    } else {
      byId("notes").hidden = true;
      byId("tabs").hidden = true;
    }
  }

  #draw() {
    const visit = this.#visit;
    if (!visit) return;
    const over = isOver(visit);
    const mine = this.#isMine;
    setCutText("patient-name", partyName(visit, "patient"));
    const length = formatMinutes(visit.durationMinutes);
    setText("patient-ids", `${formatDay(visit.startsAt, serverNow())} ${formatTime(visit.startsAt)} · ${length}${mine ? "" : ` · ${partyName(visit, "practitioner")}`}`);
    const { text, look } = stateLabel(visit);
    byId("state").className = `badge ${look}`;
    setText("state", text);
    byId("stage").hidden = over;
    byId("visit-actions").hidden = over || !mine;
    byId("leave").hidden = this.#call.mode === "out";
    byId("end").hidden = !isActive(visit);
    byId("reschedule-open").hidden = byId("calendar").hidden = visit.state !== "scheduled" || this.#call.mode !== "out";
    byId("cancel").hidden = visit.state !== "scheduled" && visit.state !== "waiting";
    if (!over) this.#stage.draw(visit, mine);
  }

  async #leave() {
    if (this.#visit && (await confirmLeave(this.#visit))) this.#call.leave();
  }

  /** @param {unknown} error */
  #refused(error) {
    // What is shown stays: the call and the notes continue.
    if (this.#visit) return;
    const gone = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    if (!gone) return failed(t("visits.room.failed"), errorMessage(error));
    this.stop();
    failed(t("visits.room.missing"), t("visits.room.missing.text"));
  }
}

/**
 * @param {string} title
 * @param {string} text
 */
function failed(title, text) {
  setText("failed-title", title);
  setText("failed-text", text);
  // A retry that fails must not move the focus.
  if (byId("failed").hidden) showScreen("failed");
}

/** @type {VisitRoom | null} */
let room = null;

const user = requireSignIn({ onLeave: () => room?.stop(), address: () => location.pathname + location.hash });
if (user) {
  byId("again").onclick = () => location.reload();
  addEventListener("hashchange", () => location.reload());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  initTabs();
  if (visitIdInUrl()) room = new VisitRoom(user, visitIdInUrl());
  else failed(t("visits.room.unnamed"), t("visits.room.unnamed.text"));
}
