/** The patient's visit: one big button, the call, and a closing message. */
import { setPlace } from "../../shell/crumbs.js";
import { announce, byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { addToCalendar } from "../add-to-calendar.js";
import { Call } from "../call.js";
import { confirmCancel, confirmLeave } from "../dialogs.js";
import { isOver, partyName } from "../labels.js";
import { serverNow } from "../server-clock.js";
import { Stage } from "../stage.js";
import { VisitSubscription } from "../subscription.js";
import { summaryItems, loadSummary } from "../summary.js";
import { RecordingConsent } from "./consent.js";
import { endingMessage, stateLabelForPatient, formatStart } from "./labels.js";
import { showNotesCopy } from "./notes-copy.js";

/** @typedef {import("../api.js").Visit} Visit */

export class MyVisit {
  #userId;
  #call;
  #stage;
  #subscription;
  #consent;
  /** @type {Visit | null} */
  #visit = null;
  #over = false;
  #ticking;

  /**
   * @param {string} userId
   * @param {string} visitId
   */
  constructor(userId, visitId) {
    this.#userId = userId;
    this.#call = new Call(visitId, "patient", byId("room"), {
      onVisit: (visit) => this.#subscription.apply(visit),
      onChange: () => {
        this.#draw();
        this.#subscription.refresh();
      },
    });
    this.#stage = new Stage("patient", this.#call);
    this.#subscription = new VisitSubscription(visitId, {
      onVisit: (visit) => this.#update(visit),
      onRefused: (error) => this.#refused(error),
      onState: (state) => setText("visit-said", state === "offline" ? t("visits.mine.offline-visit") : ""),
    });
    this.#consent = new RecordingConsent((visit) => this.#subscription.apply(visit));
    byId("leave").onclick = () => void this.askToLeave();
    byId("calendar").onclick = () => this.#visit && void addToCalendar(this.#visit, "patient", (text) => setText("visit-said", text));
    byId("cancel").onclick = () =>
      this.#visit && void confirmCancel(this.#visit, partyName(this.#visit, "practitioner"), (visit) => this.#subscription.apply(visit));
    showScreen("loading");
    this.#subscription.start();
    this.#ticking = setInterval(() => this.#draw(), 500);
  }

  stop() {
    clearInterval(this.#ticking);
    this.#subscription.stop();
    this.#call.stop();
  }

  get inCall() {
    return this.#call.mode !== "out";
  }

  /** @returns {Promise<boolean>} whether the call was left */
  async askToLeave() {
    const left = this.#visit !== null && (await confirmLeave(this.#visit));
    if (left) this.#call.leave();
    return left;
  }

  /** @param {Visit} visit */
  #update(visit) {
    const before = this.#visit;
    this.#visit = visit;
    this.#call.update(visit);
    this.#consent.update(visit);
    if (isOver(visit)) return void this.#end(visit);
    if (!before) {
      showScreen("visit");
      if (this.#call.interruptedByReload) void this.#call.join();
    } else if (before.startsAt !== visit.startsAt) {
      announce(t("visits.mine.moved", { when: formatStart(visit, serverNow()) }));
    } else if (before.state !== visit.state) {
      announce(stateLabelForPatient(visit).text);
    }
    this.#draw();
  }

  #draw() {
    const visit = this.#visit;
    if (!visit || isOver(visit)) return;
    setText("visit-title", partyName(visit, "practitioner"));
    setPlace(partyName(visit, "practitioner"));
    setText("visit-when", [formatStart(visit, serverNow()), visit.serviceName].filter(Boolean).join(" · "));
    const { text, look } = stateLabelForPatient(visit);
    byId("state").className = `badge ${look}`;
    setText("state", text);
    byId("leave").hidden = this.#call.mode === "out";
    byId("calendar").hidden = this.#call.mode !== "out" || visit.state !== "scheduled";
    byId("calendar-hint").hidden = byId("calendar").hidden || visit.sequence === 0;
    byId("cancel").hidden = this.#call.mode !== "out" || (visit.state !== "scheduled" && visit.state !== "waiting");
    this.#stage.draw(visit, visit.patientId === this.#userId);
  }

  /** @param {Visit} visit */
  async #end(visit) {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ticking);
    const [title, text] = endingMessage(visit);
    setText("over-title", title);
    setText("over-text", text);
    setText("over-said", "");
    byId("over-facts").replaceChildren();
    // A confirmation about a call that is over is pointless.
    byId("confirm", HTMLDialogElement).close();
    byId("check", HTMLDialogElement).close();
    showScreen("over");
    void showNotesCopy(visit);
    if (!visit.startedAt) return;
    try {
      byId("over-facts").replaceChildren(...summaryItems(await loadSummary(visit.visitId), "patient"));
    } catch {
      // The page already says how it ended; the summary is optional.
      setText("over-said", t("visits.mine.no-length"));
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    if (this.#visit) return;
    const gone = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    if (gone) this.stop();
    setText("failed-text", gone ? t("visits.mine.missing") : errorMessage(error));
    byId("again").onclick = () => location.reload();
    if (byId("failed").hidden) showScreen("failed");
  }
}
