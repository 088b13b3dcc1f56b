/** The area of the call: the room or its cover, who is missing, and how much time is left. */
import { announce, byId, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { minutesAndSeconds } from "../shell/format.js";
import { NetworkFailure } from "../shell/http.js";
import { t } from "../shell/messages.js";
import { AudioOnly } from "./audio-only.js";
import { keepChoice, readChoice } from "./check/choice.js";
import { formatDayAndTime, isActive, partyName, otherParty, formatTime } from "./labels.js";
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
  /** Null until its script has been loaded. @type {import("./check/call-check.js").CallCheck | null} */
  #check = null;
  #checkFailed = false;
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
    byId("check-open").onclick = () => void this.#openCheck();
  }

  async #openCheck() {
    this.#checkFailed = false;
    try {
      const { CallCheck } = await import("./check/call-check.js");
      this.#check ??= new CallCheck(() => void this.#join(), { read: readChoice, keep: keepChoice });
      this.#check.open();
    } catch {
      this.#checkFailed = true;
    }
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
    setText("check-open", readChoice().video ? t("visits.check.open") : t("visits.check.audio-only-chosen"));
    if (!covered) return;
    byId("join").hidden = mode === "joining" || !mayJoin;
    const been = visit.present.includes(this.#party) || isActive(visit);
    setText("join", mode === "dropped" ? t("visits.rejoin-now") : been ? t("visits.rejoin") : t("visits.join"));
    const [title, text] = this.#cover(visit, rejoining);
    setText("cover-title", title);
    setText("cover-text", mayJoin || mode !== "out" ? text : t("visits.join.forbidden"));
    const { failure } = this.#call;
    const missing = this.#checkFailed ? errorMessage(new NetworkFailure("network")) : "";
    setText("cover-failure", failure ? t("visits.join.failed", { failure: errorMessage(failure, NOT_JOINED) }) : missing);
  }

  /**
   * @param {Visit} visit
   * @param {boolean} back
   * @returns {[title: string, text: string]}
   */
  #cover(visit, back) {
    const { mode } = this.#call;
    const them = partyName(visit, otherParty(this.#party));
    if (mode === "joining") return [back ? t("visits.rejoining") : t("visits.joining"), t("visits.joining.text")];
    if (mode === "dropped") return [t("visits.dropped"), t("visits.dropped.text")];
    const there = visit.present.includes(otherParty(this.#party));
    if (isActive(visit)) {
      return [t("visits.not-in-call"), there ? t("visits.they-are-in", { name: them }) : t("visits.they-are-out", { name: them })];
    }
    if (there) return [t("visits.they-wait", { name: them }), t("visits.since", { time: formatTime(visit.waitingSince) })];
    const now = serverNow();
    const early = Date.parse(visit.startsAt) - now > EARLY_MS;
    const when = formatDayAndTime(visit.startsAt, now);
    if (this.#party === "patient") {
      return [when, early ? t("visits.early") : t("visits.join-when-ready", { name: them })];
    }
    return [when, t("visits.not-here-yet", { name: them })];
  }

  /** @param {Visit} visit */
  #drawTime(visit) {
    const near = isActive(visit) && visit.warningAt !== null && msUntil(visit.warningAt) === 0;
    byId("time-left").hidden = !near;
    if (!near) return;
    setText("time-left-count", minutesAndSeconds(msUntil(visit.limitAt)));
    if (this.#warned) return;
    this.#warned = true;
    announce(t("visits.ends-at", { time: formatTime(visit.limitAt) }));
  }

  /** @param {Visit} visit */
  #drawLost(visit) {
    const { mode, retryAt } = this.#call;
    const mine = mode === "dropped" || (mode === "joining" && this.#call.rejoining);
    const theirs = visit.state === "interrupted" && !visit.present.includes(otherParty(this.#party));
    const away = mode === "out" && visit.state === "interrupted" && !visit.present.includes(this.#party);
    const lost = byId("lost");
    lost.hidden = !(mine || theirs || away);
    // Screen readers repeat an alert whose text changes, so it must not change every second.
    setText("lost-text", mine ? t("visits.lost.you") : away ? t("visits.lost.out") : theirs ? this.#theirLoss(visit) : "");
    if (lost.hidden) return;
    lost.dataset.whose = mine || away ? "mine" : "theirs";
    const left = visit.returnBy ? minutesAndSeconds(msUntil(visit.returnBy)) : "";
    setText("lost-left", left && (mine || away ? t("visits.lost.you-can-return", { time: left }) : t("visits.lost.they-can-return", { time: left })));
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    setText("lost-next", mode === "dropped" ? t("visits.next-try", { seconds }) : mine ? t("visits.trying") : "");
  }

  /** @param {Visit} visit */
  #theirLoss(visit) {
    const other = otherParty(this.#party);
    const name = partyName(visit, other);
    return visit.left.includes(other) ? t("visits.lost.they-left", { name }) : t("visits.lost.they-lost", { name });
  }

  /** @param {Visit} visit */
  #drawWaiting(visit) {
    const alone = this.#call.mode === "in" && (visit.state === "waiting" || visit.state === "scheduled");
    const text =
      this.#party === "patient"
        ? t("visits.alone.patient")
        : t("visits.alone.practitioner", { name: partyName(visit, "patient") });
    byId("alone").hidden = !alone;
    setText("alone", alone ? text : "");
  }
}

const NOT_JOINED = {
  exists: t("visits.join.exists"),
  missing: t("visits.join.missing"),
  forbidden: t("visits.join.forbidden"),
};
