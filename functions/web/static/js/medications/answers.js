/** Sends answers to doses: each is kept first, so that none is lost without a network, and sent again when there is one. */
import { apiCall } from "../shell/api.js";
import { isTransient } from "../shell/http.js";
import { currentSignIn } from "../shell/sign-in.js";
import { SYNC, callOf, forgetAnswer, keepAnswer, keptAnswers } from "./queue.js";

/** @typedef {import("./queue.js").Answer} Answer */

/** Networks say that they are back before they are: what fails is sent again after so long, then twice as long. In milliseconds. */
const AGAIN_MS = 2_000;
const AGAIN_MOST_MS = 60_000;

export class Answers {
  #userId;
  #wait = AGAIN_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #onChange;
  #sending = false;
  /** Whether something was tapped while others were on their way. */
  #isMore = false;
  /** @type {Map<string, Answer>} */
  #waiting = new Map();

  /**
   * @param {string} userId
   * @param {(sent: Answer[], refused: [Answer, unknown][]) => void} onChange what the server has now, and what it did not take
   */
  constructor(userId, onChange) {
    this.#userId = userId;
    this.#onChange = onChange;
    addEventListener("online", () => {
      this.#wait = AGAIN_MS;
      void this.send();
    });
    document.addEventListener("visibilitychange", () => document.hidden || void this.send());
    // The service worker has kept one that was tapped on a notification, or has sent some.
    navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.type === "doses" && void this.send());
  }

  /** @param {string} doseId @returns {Answer | undefined} what was tapped and is not sent yet */
  of(doseId) {
    return this.#waiting.get(doseId);
  }

  /** @param {Omit<Answer, "userId">} tapped */
  give(tapped) {
    return this.giveAll([tapped]);
  }

  /** @param {Omit<Answer, "userId">[]} tapped at once */
  async giveAll(tapped) {
    const { accessToken: token, expiresAt } = currentSignIn() ?? {};
    for (const one of tapped) {
      const answer = { ...one, userId: this.#userId, ...(token ? { token, expiresAt } : {}) };
      await keepAnswer(answer);
      // Only now the page says that it waits: leaving the page loses nothing.
      this.#waiting.set(answer.doseId, answer);
    }
    this.#onChange([], []);
    await this.send();
  }

  /** @param {Answer} answer that was not sent yet */
  async takeBack(answer) {
    this.#waiting.delete(answer.doseId);
    await forgetAnswer(answer);
    this.#onChange([], []);
  }

  /** Sends what waits, the oldest first. @returns {Promise<void>} */
  async send() {
    if (this.#sending) {
      this.#isMore = true;
      return;
    }
    this.#sending = true;
    clearTimeout(this.#again);
    /** @type {Answer[]} */
    const sent = [];
    /** @type {[Answer, unknown][]} */
    const refused = [];
    let isCutOff = false;
    const waiting = (await keptAnswers()).filter(({ userId }) => userId === this.#userId);
    this.#waiting = new Map(waiting.map((answer) => [answer.doseId, answer]));
    for (const answer of waiting) {
      try {
        await this.#deliver(answer);
        sent.push(answer);
      } catch (error) {
        if (isTransient(error)) {
          isCutOff = true;
          break;
        }
        refused.push([answer, error]);
      }
      this.#waiting.delete(answer.doseId);
      await forgetAnswer(answer);
    }
    this.#sending = false;
    const isMore = this.#isMore && !isCutOff;
    this.#isMore = false;
    this.#onChange(sent, refused);
    if (isMore) return this.send();
    if (!isCutOff) this.#wait = AGAIN_MS;
    else {
      this.#again = setTimeout(() => void this.send(), this.#wait);
      this.#wait = Math.min(AGAIN_MOST_MS, this.#wait * 2);
      await askForSync();
    }
  }

  /** @param {Answer} answer */
  async #deliver(answer) {
    const call = callOf(answer, Date.now());
    if (call) await apiCall("POST", call.path, call.body);
  }
}

/** Has the service worker send what waits, where browsers can do that, even if this page is closed by then. */
async function askForSync() {
  try {
    const registration = await navigator.serviceWorker.getRegistration();
    // @ts-expect-error Only some browsers have it.
    await registration?.sync?.register(SYNC);
  } catch {
    // The page sends it, when it is online or opened again.
  }
}
