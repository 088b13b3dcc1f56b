/** Loads the preview once there are photos to open. */
import { announce } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";

/** @typedef {Omit<import("./preview.js").PreviewHandlers, "reason" | "problem">} Handlers */

export class PreviewLoader {
  #handlers;
  #patient;
  #notice;
  /** @type {Promise<import("./preview.js").Preview> | null} */
  #loading = null;
  /** @type {import("./preview.js").Preview | null} */
  #preview = null;
  #stopped = false;

  /**
   * @param {Handlers} handlers
   * @param {string} patient
   * @param {HTMLElement} notice says that a photo could not be opened
   */
  constructor(handlers, patient, notice) {
    this.#handlers = handlers;
    this.#patient = patient;
    this.#notice = notice;
  }

  stop() {
    this.#stopped = true;
    this.#preview?.stop();
  }

  /** @param {string} imageId @param {string} [field] that gets the focus */
  async open(imageId, field) {
    try {
      const preview = await this.#load();
      if (!this.#stopped) preview.open(imageId, field);
      this.#notice.hidden = true;
    } catch {
      this.#notice.textContent = t("capture.photo.not-opened");
      this.#notice.hidden = false;
      announce(t("capture.photo.not-opened"));
    }
  }

  /** Follows the list of photos. */
  update() {
    if (this.#preview) this.#preview.update();
    // Without a connection: the next list, or the photo that is opened, tries again.
    else if (this.#handlers.photos().length > 0) this.#load().catch(() => {});
  }

  #load() {
    this.#loading ??= import("./preview.js").then(({ Preview }) => {
      const preview = new Preview({ ...this.#handlers, reason: errorMessage, problem }, this.#patient);
      if (this.#stopped) preview.stop();
      return (this.#preview = preview);
    });
    this.#loading.catch(() => (this.#loading = null));
    return this.#loading;
  }
}

/** @param {unknown} error @returns {HttpProblem | null} what the server said */
function problem(error) {
  return error instanceof HttpProblem ? error : null;
}
