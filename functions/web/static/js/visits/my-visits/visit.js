/** The patient's visit: one big button, the call, and a kind word afterwards. */
import { HttpProblem } from "../../shell/http.js";
import { announce, byId, setText, show } from "../../shell/dom.js";
import { refusal } from "../../shell/error-messages.js";
import { Call } from "../call.js";
import { serverNow } from "../server-clock.js";
import { askCancel, askLeave } from "../dialogs.js";
import { Stage } from "../stage.js";
import { facts, summaryOf } from "../summary.js";
import { VisitWatch } from "../subscription.js";
import { isOver, nameIn } from "../labels.js";
import { ending, stateForPatient, whenOf } from "./labels.js";

/** @typedef {import("../api.js").Visit} Visit */

export class MyVisit {
  #userId;
  #call;
  #stage;
  #watch;
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
      onVisit: (visit) => this.#watch.tell(visit),
      onChange: () => {
        this.#draw();
        this.#watch.refresh();
      },
    });
    this.#stage = new Stage("patient", this.#call);
    this.#watch = new VisitWatch(visitId, {
      onVisit: (visit) => this.#take(visit),
      onRefused: (error) => this.#refused(error),
      onState: (state) => setText("visit-said", state === "offline" ? "No connection. This page goes on by itself when it is back." : ""),
    });
    byId("leave").onclick = () => void this.askToLeave();
    byId("cancel").onclick = () =>
      this.#visit && void askCancel(this.#visit, nameIn(this.#visit, "practitioner"), (visit) => this.#watch.tell(visit));
    show("loading");
    this.#watch.start();
    this.#ticking = setInterval(() => this.#draw(), 500);
  }

  stop() {
    clearInterval(this.#ticking);
    this.#watch.stop();
    this.#call.stop();
  }

  get inCall() {
    return this.#call.mode !== "out";
  }

  /** @returns {Promise<boolean>} whether the call was left */
  async askToLeave() {
    const left = this.#visit !== null && (await askLeave(this.#visit));
    if (left) this.#call.leave();
    return left;
  }

  /** @param {Visit} visit */
  #take(visit) {
    const before = this.#visit;
    this.#visit = visit;
    this.#call.see(visit);
    if (isOver(visit)) return void this.#end(visit);
    if (!before) {
      show("visit");
      if (this.#call.interruptedByReload) void this.#call.join();
    } else if (before.state !== visit.state) {
      announce(stateForPatient(visit).text);
    }
    this.#draw();
  }

  #draw() {
    const visit = this.#visit;
    if (!visit || isOver(visit)) return;
    setText("visit-title", nameIn(visit, "practitioner"));
    setText("visit-when", whenOf(visit, serverNow()));
    const { text, look } = stateForPatient(visit);
    byId("state").className = `badge ${look}`;
    setText("state", text);
    byId("leave").hidden = this.#call.mode === "out";
    byId("cancel").hidden = this.#call.mode !== "out" || (visit.state !== "scheduled" && visit.state !== "waiting");
    this.#stage.draw(visit, visit.patientId === this.#userId);
  }

  /** @param {Visit} visit */
  async #end(visit) {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ticking);
    const [title, text] = ending(visit);
    setText("over-title", title);
    setText("over-text", text);
    setText("over-said", "");
    byId("over-facts").replaceChildren();
    // A question about a call that is over asks nothing any more.
    byId("confirm", HTMLDialogElement).close();
    show("over");
    if (!visit.startedAt) return;
    try {
      byId("over-facts").replaceChildren(...facts(await summaryOf(visit.visitId), "patient"));
    } catch {
      // How it ended stands there already; the rest can be looked up later.
      setText("over-said", "How long it was could not be loaded. Open this page again later to see it.");
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    if (this.#visit) return;
    const gone = error instanceof HttpProblem && [403, 404, 422].includes(error.status);
    if (gone) this.stop();
    setText("failed-text", gone ? "There is no such visit for you. Its link may be incomplete, or meant for somebody else." : refusal(error));
    byId("again").onclick = () => location.reload();
    if (byId("failed").hidden) show("failed");
  }
}
