/** The view of a running session: its code, its photos and its live channel. */
import { byId } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, NetworkFailure } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { drawLiveBadge } from "../../shell/live/badge.js";
import { LiveChannel } from "../../shell/live/channel.js";
import { ArrivingPhotos, LATE_MS } from "./arriving.js";
import { LightTableLoader } from "./light-table-loader.js";
import { PhotoEdits } from "./edits.js";
import { CodeFold } from "./code-fold.js";
import { Gallery } from "./gallery.js";
import { URL_MARGIN_MS } from "./image-loader.js";
import { Images } from "./images.js";
import { clearPatient, drawPatient } from "./patient-bar.js";
import { PreviewLoader } from "./preview-loader.js";
import { QrCodePanel } from "./qr-code.js";

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
  #images = new Images();
  #arriving = new ArrivingPhotos();
  #lateTimer = 0;
  /** @type {number | null} */
  #createdAt = null;
  #peakCount = 0;
  /** Photos that phones hold, as they last reported. */
  #unsent = 0;
  /** How long photos stay after the end. */
  #retentionDays = 1;
  #stopped = false;
  #urlTimer = 0;
  #code;
  #fold = new CodeFold();
  /** Null until its script has been loaded. @type {import("./session-aside.js").SessionAside | null} */
  #aside = null;
  #gallery;
  #preview;
  #table;
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
    const edits = new PhotoEdits(api, encounterId);
    this.#gallery = new Gallery((imageId) => void this.#preview.open(imageId), () => this.#refresh(), edits);
    this.#preview = new PreviewLoader(
      {
        photos: () => this.#images.photos,
        save: (imageId, metadata) => this.#save(imageId, metadata),
        remove: (imageId) => this.#remove(imageId),
        refresh: () => this.#refresh(),
        edits,
        closed: (imageId) => this.#gallery.focus(imageId),
      },
      [encounter.patientName, encounter.patientNHI].filter(Boolean).join(" · "),
      byId("photos-failure"),
    );
    this.#table = new LightTableLoader("grid", "photos-tools", {
      photos: () => this.#images.photos,
      describe: (imageId, change) => this.#save(imageId, change),
      arrange: (imageIds) => this.#arrange(imageIds),
      findEdits: (photo) => edits.find(photo),
    });
    this.#code = new QrCodePanel((endEarlierCodes) => api.renew(encounter, endEarlierCodes), (error) => this.#handleRefusal(error));
    const source = { fetch: () => api.list(encounterId), live: () => api.live(encounterId) };
    this.#channel = new LiveChannel(source, {
      onMessage: (message) => this.#onMessage(message),
      onFetched: (list) => this.#onList(list),
      onState: (state) => drawLiveBadge(state, LIVE_STATE_HINTS),
      onRefused: (error) => void this.#handleRefusal(error),
    });
    byId("photos-failure").hidden = true;
    byId("end", HTMLButtonElement).onclick = () => void this.#end();
    this.#code.show(session);
    if (list) this.#onList(list);
    this.#channel.start(session.live);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#urlTimer);
    clearTimeout(this.#lateTimer);
    this.#channel.stop();
    this.#code.stop();
    this.#aside?.stop();
    this.#preview.stop();
    this.#table.stop();
    this.#gallery.show([]);
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
      this.#images = new Images();
      void this.#code.renew();
    }
    this.#code.follow(list.codeSeries ?? 0);
    this.#fold.follow(list.phones ?? []);
    this.#unsent = list.unsentPhotos ?? 0;
    void this.#showAside(list);
    this.#retentionDays = list.photoRetentionDays ?? 1;
    const first = this.#createdAt === null;
    this.#createdAt = list.sessionCreatedAt;
    const { changed: moved, needsList } = this.#images.applyList(list);
    const changed = this.#arriving.applyList(list, Date.now()) || moved;
    // Drawn even when empty: every photo after that counts as new.
    this.#applyUpdate({ changed: changed || first, needsList });
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
    if (["codes-ended", "phones-changed", "consent-recorded"].includes(message.type)) return this.#refresh();
    if (message.type === "image-arriving") return this.#onPreview(message);
    const gone = ["image-deleted", "image-refused"].includes(message.type) && this.#arriving.drop(message.imageId ?? "");
    const { changed, needsList } = this.#images.applyMessage(message);
    this.#applyUpdate({ changed: changed || gone, needsList });
  }

  /** @param {import("./arriving.js").Message} message */
  #onPreview(message) {
    if (!this.#arriving.put(message, Date.now())) return;
    this.#draw();
    clearTimeout(this.#lateTimer);
    this.#lateTimer = setTimeout(() => {
      this.#draw();
      this.#refresh();
    }, LATE_MS);
  }

  /** @param {import("./images.js").ImagesUpdate} outcome */
  #applyUpdate({ changed, needsList }) {
    this.#peakCount = Math.max(this.#peakCount, this.#images.size);
    if (changed) this.#draw();
    if (needsList) this.#refresh();
    this.#scheduleUrlRefresh();
  }

  #draw() {
    const arriving = this.#arriving.list((imageId) => this.#images.knows(imageId), Date.now());
    this.#gallery.show(this.#images.photos, arriving, this.#images.order);
    this.#preview.update();
    this.#table.open(this.#images.size > 0);
  }

  /** Requests new download URLs before the first one expires. */
  #scheduleUrlRefresh() {
    clearTimeout(this.#urlTimer);
    const ends = this.#images.photos.filter((photo) => photo.downloadUrl).map((photo) => photo.expiresAt);
    if (!ends.length) return;
    const wait = Math.min(...ends) - URL_MARGIN_MS / 2 - Date.now();
    // Never faster than polling, so that short-lived URLs do not cause a request loop.
    this.#urlTimer = setTimeout(() => this.#refresh(), Math.max(3_000, wait));
  }

  #refresh() {
    if (!this.#stopped) void this.#channel.refresh();
  }

  /**
   * @param {string} imageId
   * @param {import("../metadata.js").Change} change
   */
  async #save(imageId, change) {
    const answer = await this.#api.describe(this.#encounter.encounterId, imageId, change);
    if (!this.#stopped) this.#applyUpdate(this.#images.applyAnswer({ ...answer, imageId }));
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

  /** @param {string[]} imageIds */
  async #arrange(imageIds) {
    try {
      this.#images.arrange(await this.#api.arrange(this.#encounter.encounterId, imageIds, this.#images.orderVersion));
    } catch (error) {
      this.#refresh(); // perhaps somebody else was faster, and the next attempt replaces their order
      throw error;
    }
    if (!this.#stopped) this.#applyUpdate({ changed: true, needsList: false });
  }

  /** @param {string} imageId */
  async #remove(imageId) {
    await this.#api.remove(this.#encounter.encounterId, imageId);
    this.#images.remove(imageId);
    this.#applyUpdate({ changed: true, needsList: true });
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
    const photos = { adding: this.#aside.unsent, unsent: this.#unsent, count: this.#images.size, days: this.#retentionDays };
    const done = await this.#aside.askToEnd(photos, () => this.#api.end(this.#encounter.encounterId));
    if (done) this.#ended();
  }

  #ended() {
    if (this.#stopped) return;
    const count = this.#peakCount;
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
