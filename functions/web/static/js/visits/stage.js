/** The area of the call: the room or its cover, who is missing, and how much time is left. */
import { announce, byId, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { minutesAndSeconds } from "../shell/format.js";
import { AudioOnly } from "./audio-only.js";
import { CallCheck } from "./check/dialog.js";
import { formatDay, isActive, partyName, otherParty, formatTime } from "./labels.js";
import { serverNow, msUntil } from "./server-clock.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("./api.js").Party} Party
 * @typedef {import("./call.js").Call} Call
 */

/** Earlier than this, the page says that it is early; joining is possible all the same. In milliseconds. */
const EARLY_MS = 15 * 60_000;

export class Stage {
  #party;
  #call;
  #warned = false;
  #check = new CallCheck(() => void this.#join());
  #audioOnly;

  /**
   * @param {Party} party whose page this is
   * @param {Call} call
   */
  constructor(party, call) {
    this.#party = party;
    this.#call = call;
    this.#audioOnly = new AudioOnly(party, call);
    byId("join").onclick = () => void this.#join();
  }

  async #join() {
    await this.#call.join();
    // The button is gone: focus the room.
    if (this.#call.mode === "in") byId("room").querySelector("iframe")?.focus();
  }

  /**
   * @param {Visit} visit
   * @param {boolean} mayJoin
   */
  draw(visit, mayJoin) {
    const { mode, rejoining } = this.#call;
    byId("stage").dataset.mode = mode;
    this.#drawTime(visit);
    this.#drawLost(visit);
    this.#drawWaiting(visit);
    this.#audioOnly.draw(visit);
    const covered = mode !== "in";
    byId("cover").hidden = !covered;
    byId("cover-spinner").hidden = mode === "out";
    byId("check-open").hidden = mode !== "out" || !mayJoin;
    setText("check-open", this.#check.video ? "Check camera and microphone" : "You join with audio only. Check or change");
    if (!covered) return;
    byId("join").hidden = mode === "joining" || !mayJoin;
    const been = visit.present.includes(this.#party) || isActive(visit);
    setText("join", mode === "dropped" ? "Rejoin now" : been ? "Rejoin" : "Join visit");
    const [title, text] = this.#cover(visit, rejoining);
    setText("cover-title", title);
    setText("cover-text", mayJoin || mode !== "out" ? text : "Only the clinician and the patient of this visit can join it.");
    setText("cover-failure", this.#call.failure ? `You are not in the call. ${errorMessage(this.#call.failure, NOT_JOINED)}` : "");
  }

  /**
   * @param {Visit} visit
   * @param {boolean} back
   * @returns {[title: string, text: string]}
   */
  #cover(visit, back) {
    const { mode } = this.#call;
    const them = partyName(visit, otherParty(this.#party));
    if (mode === "joining") return [back ? "Rejoining…" : "Joining…", "Allow camera and microphone if you are asked."];
    if (mode === "dropped") return ["Bringing you back…", "This goes on by itself as soon as the network allows. You can also try now."];
    const there = visit.present.includes(otherParty(this.#party));
    if (isActive(visit)) {
      return ["You are not in the call", there ? `${them} is in the call.` : `${them} is not in the call either.`];
    }
    if (there) return [`${them} is waiting for you`, `Since ${formatTime(visit.waitingSince)}.`];
    const now = serverNow();
    const early = Date.parse(visit.startsAt) - now > EARLY_MS;
    const when = `${formatDay(visit.startsAt, now)}, ${formatTime(visit.startsAt)}`;
    if (this.#party === "patient") {
      return [when, early ? "You can join now and wait, or come back shortly before." : `Join when you are ready: ${them} is told that you are here.`];
    }
    return [when, `${them} is not here yet.`];
  }

  /** @param {Visit} visit */
  #drawTime(visit) {
    const near = isActive(visit) && visit.warningAt !== null && msUntil(visit.warningAt) === 0;
    byId("time-left").hidden = !near;
    if (!near) return;
    setText("time-left-count", minutesAndSeconds(msUntil(visit.limitAt)));
    if (this.#warned) return;
    this.#warned = true;
    announce(`The visit ends by itself at ${formatTime(visit.limitAt)}.`);
  }

  /** @param {Visit} visit */
  #drawLost(visit) {
    const { mode, retryAt } = this.#call;
    const them = partyName(visit, otherParty(this.#party));
    const mine = mode === "dropped" || (mode === "joining" && this.#call.rejoining);
    const theirs = visit.state === "interrupted" && !visit.present.includes(otherParty(this.#party));
    const away = mode === "out" && visit.state === "interrupted" && !visit.present.includes(this.#party);
    const lost = byId("lost");
    lost.hidden = !(mine || theirs || away);
    // Screen readers repeat an alert whose text changes, so it must not change every second.
    setText("lost-text", mine ? "You lost the connection." : away ? "You are not in the call." : theirs ? `${them} ${visit.left.includes(otherParty(this.#party)) ? "left the call" : "lost the connection"}.` : "");
    if (lost.hidden) return;
    lost.dataset.whose = mine || away ? "mine" : "theirs";
    const left = visit.returnBy ? minutesAndSeconds(msUntil(visit.returnBy)) : "";
    setText("lost-left", left && (mine || away ? `You can come back for ${left}.` : `They can come back for ${left}.`));
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    setText("lost-next", mode === "dropped" ? `Next try in ${seconds} s.` : mine ? "Trying…" : "");
  }

  /** @param {Visit} visit */
  #drawWaiting(visit) {
    const alone = this.#call.mode === "in" && (visit.state === "waiting" || visit.state === "scheduled");
    const text =
      this.#party === "patient"
        ? "Your clinician has been told that you are here. Stay on this page: the call begins as soon as they join."
        : `Waiting for ${partyName(visit, "patient")} to join.`;
    byId("alone").hidden = !alone;
    setText("alone", alone ? text : "");
  }
}

const NOT_JOINED = {
  exists: "The visit cannot be joined as it stands now.",
  missing: "This visit, or this way into it, does not exist any more. Try again.",
  forbidden: "Only the clinician and the patient of this visit can join it.",
};
