/** What the pages that list visits share: for whom they are, the live connection, and what to do when something fails. */
import { requireSignIn } from "../app.js";
import { reloadUser } from "../shell/current-user.js";
import { announce, byId, setText, showScreen } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { HttpProblem } from "../shell/http.js";
import { drawLiveBadge } from "../shell/live/badge.js";
import { LiveChannel } from "../shell/live/channel.js";
import { formatList, t } from "../shell/messages.js";
import { createLiveTicket } from "./api.js";
import { formatDayAndTime, partyName } from "./labels.js";
import { LIVE_STATE_HINTS } from "./live-hints.js";
import { PACE } from "./pace.js";
import { Rescheduling } from "./rescheduling.js";
import { serverNow } from "./server-clock.js";

/**
 * @typedef {import("./api.js").Visit} Visit
 * @typedef {import("../shell/users.js").User} User
 */

/**
 * @template Found
 * @typedef {{isFor: (user: User) => boolean, onOpen: (user: User) => void, fetch: () => Promise<Found>,
 *   onFetched: (found: Found) => void, onMessage: () => void, onMoved: (visit: Visit) => void, draw: () => void}} Page
 *   `draw`: draws again what was fetched, because time has passed
 */

/** The now-mark and waiting times, in minutes, are drawn anew this often. In milliseconds. */
const REDRAW_EVERY_MS = 10_000;

/** @template Found */
export class ListPage {
  #page;
  #screen;
  /** @type {LiveChannel<Found> | null} */
  #channel = null;
  #hasFound = false;
  /** @type {Rescheduling | null} */
  #rescheduling = null;
  /** Visits whose patients wait already, so that only new ones are announced. */
  #waiting = new Set();
  /** @type {ReturnType<typeof setInterval>[]} */
  #timers = [];

  /**
   * @param {string} screen with the list
   * @param {Page<Found>} page
   */
  constructor(screen, page) {
    this.#screen = screen;
    this.#page = page;
  }

  start() {
    const entered = requireSignIn({ onLeave: () => this.#stop() });
    if (entered) void this.#open(entered);
  }

  refresh() {
    void this.#channel?.refresh();
  }

  /**
   * @param {number} ms
   * @param {() => void} act called this often while somebody sees the page
   */
  every(ms, act) {
    this.#timers.push(setInterval(() => document.hidden || act(), ms));
  }

  /** @param {Visit} visit */
  reschedule(visit) {
    void this.#rescheduling?.open(visit);
  }

  /** @param {readonly Visit[]} visits */
  announceWaiting(visits) {
    const now = visits.filter(({ state, present }) => state === "waiting" && present.includes("patient"));
    const fresh = now.filter(({ visitId }) => !this.#waiting.has(visitId));
    this.#waiting = new Set(now.map(({ visitId }) => visitId));
    const names = formatList(fresh.map((visit) => partyName(visit, "patient")));
    if (fresh.length) announce(t("visits.waits.announced", { count: fresh.length, names }));
  }

  /** @param {User} known */
  async #open(known) {
    const page = this.#page;
    showScreen("loading");
    try {
      // A person who has just become a clinician need not sign in again.
      const user = page.isFor(known) ? known : await reloadUser();
      if (!page.isFor(user)) return this.#close();
      page.onOpen(user);
    } catch (error) {
      return this.#fail(error, () => void this.#open(known));
    }
    this.#rescheduling = new Rescheduling((visit) => this.#moved(visit), (text) => setText("list-said", text));
    this.#channel = new LiveChannel(
      { fetch: () => this.#fetch(), live: createLiveTicket },
      {
        onMessage: () => document.hidden || page.onMessage(),
        onFetched: (found) => this.#take(found),
        onState: (state) => this.#drawState(state),
        onRefused: (error) => this.#refuse(error),
      },
      PACE,
    );
    this.#channel.start();
    this.#timers.push(setInterval(() => this.#hasFound && page.draw(), REDRAW_EVERY_MS));
  }

  #stop() {
    this.#channel?.stop();
    for (const timer of this.#timers) clearInterval(timer);
  }

  #close() {
    this.#stop();
    byId("pill").hidden = true;
    showScreen("closed");
  }

  async #fetch() {
    try {
      return await this.#page.fetch();
    } catch (error) {
      // Without a list, show what to do; the channel continues to fetch.
      if (!this.#hasFound) this.#fail(error, () => this.refresh());
      throw error;
    }
  }

  /** @param {Found} found */
  #take(found) {
    const isFirst = !this.#hasFound;
    this.#hasFound = true;
    if (isFirst) showScreen(this.#screen);
    this.#page.onFetched(found);
  }

  /** @param {Visit} visit */
  #moved(visit) {
    announce(t("visits.moved", { name: partyName(visit, "patient"), when: formatDayAndTime(visit.startsAt, serverNow()) }));
    this.#page.onMoved(visit);
    this.refresh();
  }

  /** @param {import("../shell/live/channel.js").LiveState} state */
  #drawState(state) {
    drawLiveBadge(state, LIVE_STATE_HINTS);
    if (state === "offline" && this.#hasFound) setText("list-said", t("visits.offline"));
  }

  /** @param {unknown} error */
  #refuse(error) {
    if (error instanceof HttpProblem && error.status === 403) return this.#close();
    if (this.#hasFound) setText("list-said", errorMessage(error));
  }

  /**
   * @param {unknown} error
   * @param {() => void} again
   */
  #fail(error, again) {
    setText("failed-text", errorMessage(error));
    byId("again").onclick = () => {
      if (this.#hasFound) return; // the page has asked again by itself
      showScreen("loading");
      again();
    };
    // A screen that is already shown must not take the focus at every retry.
    if (byId("failed").hidden) showScreen("failed");
  }
}
