/** The practitioner's visit room: patient, call and notes, and the summary afterwards. */
import { requireSignIn } from "../../app.js";
import { announce, byId, make, setCutText, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { visitIdInUrl } from "../api.js";
import { addToCalendar } from "../calendar.js";
import { Call } from "../call.js";
import { confirmCancel, confirmEnd, confirmLeave } from "../dialogs.js";
import { formatDay, isActive, isOver, partyName, stateLabel, formatTime } from "../labels.js";
import { NotesEditor } from "../notes/editor.js";
import { RescheduleDialog } from "../reschedule-dialog.js";
import { serverNow } from "../server-clock.js";
import { Stage } from "../stage.js";
import { VisitSubscription } from "../subscription.js";
import { summaryItems, summaryFromVisit, loadSummary } from "../summary.js";
import { RecordingControls } from "./recording-controls.js";
import { initTabs } from "./tabs.js";

/** @typedef {import("../api.js").Visit} Visit */

const LIVE_STATE_HINTS = {
  connecting: "Opening the live connection",
  live: "This page is told of every change at once",
  reconnecting: "The live connection was lost and is being opened again",
  polling: "The visit is asked for every 5 seconds, because the live connection is blocked",
  offline: "The server cannot be reached; the page goes on by itself when the connection is back",
};

class VisitRoom {
  #user;
  #call;
  #stage;
  #subscription;
  #recording;
  /** @type {NotesEditor | null} */
  #notes = null;
  /** @type {Visit | null} */
  #visit = null;
  #summaryShown = false;
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
    this.#subscription = new VisitSubscription(visitId, {
      onVisit: (visit) => this.#update(visit),
      onRefused: (error) => this.#refused(error),
      onState: (state) => drawLiveBadge(state, LIVE_STATE_HINTS),
    });
    byId("leave").onclick = () => void this.#leave();
    byId("end").onclick = () => this.#visit && void confirmEnd(this.#visit, this.#patient, (visit) => this.#subscription.apply(visit));
    byId("cancel").onclick = () => this.#visit && void confirmCancel(this.#visit, this.#patient, (visit) => this.#subscription.apply(visit));
    const reschedule = new RescheduleDialog((visit) => this.#subscription.apply(visit));
    byId("calendar").onclick = () => this.#visit && addToCalendar(this.#visit, "practitioner");
    byId("reschedule-open").onclick = () => this.#visit && reschedule.open(this.#visit);
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
    return this.#visit ? partyName(this.#visit, "patient") : "the patient";
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
    if (before && before.startsAt !== visit.startsAt) announce(`This visit was moved: ${formatDay(visit.startsAt, serverNow())}, ${formatTime(visit.startsAt)}.`);
    this.#draw();
    if (isOver(visit)) void this.#showSummary(visit);
  }

  /** @param {Visit} visit */
  #begin(visit) {
    byId("patient").hidden = false;
    showScreen("visit");
    document.title = `${partyName(visit, "patient")} · Bedside`;
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
    const length = `${visit.durationMinutes} min`;
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

  /** @param {Visit} visit */
  async #showSummary(visit) {
    if (this.#summaryShown) return;
    this.#summaryShown = true;
    byId("over").hidden = false;
    byId("check", HTMLDialogElement).close();
    // No listeners are needed any more.
    byId("pill").hidden = true;
    setText("over-said", "Loading…");
    try {
      const found = this.#isMine ? await loadSummary(visit.visitId) : summaryFromVisit(visit);
      byId("over-facts").replaceChildren(...summaryItems(found, "practitioner"));
      setText("over-said", "");
      if (found.recordingState) this.#recording.ask();
    } catch (error) {
      const again = make("button", "button", "Try again");
      again.onclick = () => {
        this.#summaryShown = false;
        void this.#showSummary(visit);
      };
      byId("over-said").replaceChildren(`The summary could not be loaded. ${errorMessage(error)} `, again);
    }
    // The focused button or room is gone; somebody who is writing notes keeps the focus.
    if (document.activeElement === document.body) byId("over-title").focus();
  }

  /** @param {unknown} error */
  #refused(error) {
    // What is shown stays: the call and the notes continue.
    if (this.#visit) return;
    const gone = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    if (gone) this.stop();
    failed(gone ? "There is no such visit for you" : "The visit could not be loaded", gone ? "It may belong to another facility, or its link may be incomplete." : errorMessage(error));
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
  else failed("No visit is named", "Open it from the schedule.");
}
