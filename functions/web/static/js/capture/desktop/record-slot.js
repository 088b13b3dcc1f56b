/**
 * The places on this page for the patient's record, into which photos are committed: a button beside those for several
 * photos, a panel above the grid, and a line below each photo. This page knows no more of the record: the module that fills
 * the places is another domain's. A module beside ../../app.js registers how it is loaded:
 *
 *     registerRecord(() => import("…/commits/…/work.js")); // exports `openRecord`, an `Opener`
 *
 * It is loaded once there are photos, so it may import only modules without state of their own: what it needs of the page
 * and of the server, it is given.
 *
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{method: string, path: string, body?: unknown, headers?: Record<string, string>}} Request
 * @typedef {{encounter: import("./api.js").Encounter, photos: () => Photo[],
 *   hasConsent: () => boolean, refresh: () => void, open: (imageId: string, field: string) => void}} Facts `photos` in the
 *   order in which they were taken, and whether consent to them is recorded; `refresh` reads both again, and `open` shows
 *   a photo with the focus in a field of its details
 * @typedef {Facts & {panel: HTMLElement, redraw: () => void, call: (request: Request) => Promise<any>,
 *   problem: (error: unknown) => import("../../shell/http.js").HttpProblem | null,
 *   reason: (error: unknown) => string}} Desk `panel` is empty and hidden at first. `redraw` asks for the button and for
 *   all lines again. `call` is made as the clinician, and repeated while it fails transiently; `problem` is what the
 *   server said, null if it said nothing, and `reason` says it in words
 * @typedef {{button: (chosen: number) => {text: string, disabled?: boolean} | null, commit: (photos: Photo[]) => void,
 *   line: (photo: Photo) => Node | null, update: () => void, onMessage: (message: import("./images.js").LiveMessage) => void,
 *   stop: () => void}} Work `button` is what stands on it while so many photos are chosen (0: all are meant), and `commit`
 *   what it does with them; `line` is how it stands with a photo. `update` follows the photos after they have changed
 * @typedef {(desk: Desk) => Work} Opener
 */
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, callWithRetry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";

/** @type {(() => Promise<{openRecord: Opener}>) | null} */
let load = null;

/** @param {() => Promise<{openRecord: Opener}>} loader */
export function registerRecord(loader) {
  load = loader;
}

export class RecordSlot {
  #panel;
  #facts;
  #redraw;
  /** Null until its script has been loaded. @type {Work | null} */
  #work = null;
  #loading = false;
  #stopped = false;

  /**
   * @param {HTMLElement} panel
   * @param {Facts} facts
   * @param {() => void} redraw draws the photos' lines and the button again
   */
  constructor(panel, facts, redraw) {
    this.#panel = panel;
    this.#facts = facts;
    this.#redraw = redraw;
    this.#panel.replaceChildren();
    this.#panel.hidden = true;
  }

  /** Follows the photos. */
  update() {
    if (this.#work) this.#work.update();
    else if (load && !this.#loading && this.#facts.photos().length > 0) void this.#open(load);
  }

  /** @param {import("./images.js").LiveMessage} message */
  onMessage(message) {
    this.#work?.onMessage(message);
  }

  /** @param {number} chosen photos */
  button(chosen) {
    return this.#work?.button(chosen) ?? null;
  }

  /** @param {Photo[]} photos */
  commit(photos) {
    this.#work?.commit(photos);
  }

  /** @param {Photo} photo */
  line(photo) {
    return this.#work?.line(photo) ?? null;
  }

  stop() {
    this.#stopped = true;
    this.#work?.stop();
    this.#panel.replaceChildren();
    this.#panel.hidden = true;
  }

  /** @param {NonNullable<typeof load>} loader */
  async #open(loader) {
    this.#loading = true;
    try {
      const { openRecord } = await loader();
      if (this.#stopped) return;
      this.#work = openRecord({ ...this.#facts, panel: this.#panel, redraw: this.#redraw, call, problem, reason: errorMessage });
      this.#redraw();
    } catch {
      // Without a connection: the next list tries again.
    }
    this.#loading = false;
  }
}

/** @param {Request} request @returns {Promise<any>} */
function call({ method, path, ...about }) {
  return withAccessToken((token) => callWithRetry(method, path, { token, ...about }));
}

/** @param {unknown} error */
function problem(error) {
  return error instanceof HttpProblem ? error : null;
}
