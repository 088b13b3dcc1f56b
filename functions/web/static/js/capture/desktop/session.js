/** The view of a running session: its code, its phones and its live channel. Its photos are session-photos.js. */
import { byId } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, NetworkFailure } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { LiveChannel } from "../../shell/live/channel.js";
import { CodeFold } from "./code-fold.js";
import { clearPatient, drawPatient } from "./patient-bar.js";
import { QrCodePanel } from "./qr-code.js";
import { SessionPhotos } from "./session-photos.js";

/**
 * @typedef {import("./api.js").Encounter} Encounter
 * @typedef {{ended: (photos: number) => void, refused: (error: unknown) => void}} SessionHandlers
 */

/** How long to wait for the phones' last report before asking whether to end, in milliseconds. */
const REPORT_MS = 2_000;

/** @type {Record<import("../../shell/live/channel.js").LiveState, string>} */
const LIVE_STATE_HINTS = {
  connecting: t("capture.session.live.connecting"),
  live: t("capture.session.live.live"),
  reconnecting: t("capture.session.live.reconnecting"),
  polling: t("capture.session.live.polling"),
  offline: t("capture.session.live.offline"),
};

export class SessionView {
  #api;
  #encounter;
  #handlers;
  /** @type {number | null} */
  #createdAt = null;
  /** Photos that phones hold, as they last reported. */
  #unsent = 0;
  /** How long photos stay after the end. */
  #retentionDays = 1;
  #stopped = false;
  #code;
  #fold = new CodeFold();
  /** Null until its script has been loaded. @type {import("./session-aside.js").SessionAside | null} */
  #aside = null;
  #photos;
  #channel;

  /**
   * @param {import("./api.js").CaptureApi} api
   * @param {Encounter} encounter
   * @param {import("./api.js").Session} session
   * @param {SessionHandlers} handlers
   * @param {import("./images.js").List | null} [list] of a moment ago
   */
  constructor(api, encounter, session, handlers, list = null) {
    this.#api = api;
    this.#encounter = encounter;
    this.#handlers = handlers;
    const { encounterId } = encounter;
    void drawPatient(encounter, session.patient.recordId);
    this.#photos = new SessionPhotos(api, encounter, () => this.#refresh());
    this.#code = new QrCodePanel((endEarlierCodes) => api.renew(encounter, endEarlierCodes), (error) => this.#handleRefusal(error));
    const source = { fetch: () => api.list(encounterId), live: () => api.live(encounterId) };
    this.#channel = new LiveChannel(source, {
      onMessage: (message) => this.#onMessage(message),
      onFetched: (list) => this.#onList(list),
      onState: (state) => drawLiveBadge(state, LIVE_STATE_HINTS),
      onRefused: (error) => void this.#handleRefusal(error),
    });
    byId("end", HTMLButtonElement).onclick = () => void this.#end();
    this.#code.show(session);
    if (list) this.#onList(list);
    this.#channel.start(session.live);
  }

  stop() {
    this.#stopped = true;
    this.#channel.stop();
    this.#code.stop();
    this.#aside?.stop();
    this.#photos.stop();
    byId("confirm", HTMLDialogElement).close();
    clearPatient();
    document.title = `${t("capture.page")} · Bedside`;
  }

  /** @param {import("./images.js").List} list */
  #onList(list) {
    // Ended elsewhere, or unused for two hours; gone is what has ended without photos.
    if (list.sessionCreatedAt === null || list.state === "ended") return this.#ended();
    if (this.#createdAt !== null && list.sessionCreatedAt !== this.#createdAt) {
      // Ended and reopened elsewhere: a new session, with new revisions and another code.
      this.#photos.begin();
      void this.#code.renew();
    }
    this.#code.follow(list.codeSeries ?? 0);
    this.#fold.follow(list.phones ?? []);
    this.#unsent = list.unsentPhotos ?? 0;
    void this.#showAside(list);
    this.#retentionDays = list.photoRetentionDays ?? 1;
    this.#createdAt = list.sessionCreatedAt;
    this.#photos.applyList(list);
  }

  /** @param {import("./images.js").List} list */
  async #showAside(list) {
    try {
      const { SessionAside } = await import("./session-aside.js");
      if (this.#stopped) return;
      const { encounterId } = this.#encounter;
      this.#aside ??= new SessionAside({
        admit: (phoneId, admitted) => this.#api.admit(encounterId, phoneId, admitted),
        record: (choice, replaced) => this.#recordConsent(choice, replaced),
        explain: errorMessage,
        adding: {
          encounterId,
          token: () => this.#api.uploadToken(encounterId),
          sent: () => this.#refresh(),
          refused: (error) => this.#handleRefusal(error),
        },
      });
      this.#aside.show(list);
    } catch {
      // Without a connection: the next list tries again.
    }
  }

  /** @param {import("./images.js").LiveMessage} message */
  #onMessage(message) {
    if (message.encounterId && message.encounterId !== this.#encounter.encounterId) return;
    if (message.type === "session-ended") return this.#ended();
    if (["codes-ended", "phones-changed", "consent-recorded", "images-committing"].includes(message.type)) return this.#refresh();
    this.#photos.applyMessage(message);
  }

  #refresh() {
    if (!this.#stopped) void this.#channel.refresh();
  }

  /** @type {import("./session-aside.js").AsideHandlers["record"]} */
  async #recordConsent(choice, replaced) {
    try {
      return await this.#api.recordConsent(this.#encounter.encounterId, choice, replaced);
    } catch (error) {
      // Perhaps somebody else has recorded another, which the next attempt replaces.
      if (!this.#stopped) await this.#channel.refresh().catch(() => {});
      throw error;
    }
  }

  async #end() {
    const button = byId("end", HTMLButtonElement);
    button.disabled = true;
    // Phones report every few seconds; a slow network must not keep anybody from ending.
    const report = this.#api.list(this.#encounter.encounterId).then((list) => this.#stopped || this.#onList(list));
    await Promise.race([report.catch(() => {}), new Promise((resolve) => setTimeout(resolve, REPORT_MS))]);
    button.disabled = false;
    if (this.#stopped) return;
    const notice = byId("photos-failure");
    notice.hidden = Boolean(this.#aside);
    if (!this.#aside) return void (notice.textContent = errorMessage(new NetworkFailure("network")));
    button.focus(); // it was lost while disabled, and a cancelled dialog gives it back
    const photos = { adding: this.#aside.unsent, unsent: this.#unsent, count: this.#photos.size, days: this.#retentionDays };
    const done = await this.#aside.askToEnd(photos, () => this.#api.end(this.#encounter.encounterId));
    if (done) this.#ended();
  }

  #ended() {
    if (this.#stopped) return;
    const count = this.#photos.peak;
    this.stop();
    this.#handlers.ended(count);
  }

  /**
   * @param {unknown} error
   * @returns {boolean} whether the session cannot continue
   */
  #handleRefusal(error) {
    if (this.#stopped) return true;
    if (!(error instanceof HttpProblem)) return false;
    // Ended elsewhere, which this page has not heard of.
    if (error.slug === "session-not-found") {
      this.#ended();
      return true;
    }
    // Another patient's session may have taken the place of an ended one.
    if (error.status === 403 || error.slug === "patient-mismatch") {
      this.stop();
      this.#handlers.refused(error);
      return true;
    }
    return false;
  }
}
