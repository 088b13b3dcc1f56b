/** Starts and stops a visit's recording, shows its progress, and opens it when it is ready. */
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { controlRecording, getRecording } from "../api.js";
import { isActive, isOver, formatDuration } from "../labels.js";

/** @typedef {import("../api.js").Visit} Visit */
/** @typedef {import("../api.js").Recording | {state: "none", parts?: undefined, downloadUrl?: undefined,
 *   durationSeconds?: undefined}} Found */

/** @type {Record<string, string>} */
const WORDS = {
  none: t("visits.recording.none"),
  starting: t("visits.recording.starting"),
  running: t("visits.recording.running"),
  stopping: t("visits.recording.stopping"),
  processing: t("visits.recording.processing"),
  copying: t("visits.recording.copying"),
  completed: t("visits.recording.completed"),
  failed: t("visits.recording.failed.state"),
};

/** States that change on the server, so that the page polls. */
const ON_ITS_WAY = new Set(["starting", "running", "stopping", "processing", "copying"]);

/** How often to poll for the state of a recording. In milliseconds. */
const ASK_EVERY_MS = 5_000;
/** The same without a recording: somebody may still start one in the room itself. */
const ASK_FOR_ANY_EVERY_MS = 30_000;

export class RecordingControls {
  #visitId;
  #state = "none";
  /** @type {Visit | null} */
  #visit = null;
  /** @type {number | null} */
  #seconds = null;
  /** @type {import("../api.js").Part[]} */
  #parts = [];
  #busy = false;
  /** Only the response to the latest request counts. */
  #asked = 0;
  #timer = 0;
  #stopped = false;

  /** @param {string} visitId */
  constructor(visitId) {
    this.#visitId = visitId;
    byId("record").onclick = () => void this.#toggle();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** @param {Visit} visit */
  update(visit) {
    const before = this.#visit;
    this.#visit = visit;
    this.#draw();
    const changed = !before || before.recordingConsent !== visit.recordingConsent || (visit.recording ?? this.#canStop) !== this.#canStop;
    if (isActive(visit) && (changed || !isActive(before)) && this.#mayExist) void this.ask();
    // Nobody can start one any more: the summary says whether there is one to fetch.
    if (isOver(visit) && this.#state === "none") clearTimeout(this.#timer);
  }

  /** What the patient's answer says instead of the recording's state, or "". */
  get #consent() {
    if (!this.#visit || !isActive(this.#visit) || this.#canStop || this.#state === "stopping") return "";
    if (this.#visit.recordingConsent === "asked") return t("visits.recording.asked");
    return this.#visit.recordingConsent === "refused" ? t("visits.recording.refused") : "";
  }

  get #progress() {
    const isWhole = this.#state === "completed" && this.#seconds !== null && this.#parts.length < 2;
    return isWhole ? t("visits.recording.completed-length", { length: formatDuration(this.#seconds) }) : (WORDS[this.#state] ?? "");
  }

  get #canStop() {
    return this.#state === "running" || this.#state === "starting";
  }

  /** Without the patient's consent there is no recording to ask for, unless one was started in the room itself. */
  get #mayExist() {
    const { recording, recordingConsent, consents = [] } = this.#visit ?? {};
    return this.#state !== "none" || recording || recordingConsent === "given" || consents.some(({ decision }) => decision === "given");
  }

  /** Whether the button has nothing to do at the moment. */
  get #waits() {
    const asked = this.#visit?.recordingConsent === "asked" && !this.#canStop;
    return this.#busy || this.#state === "stopping" || asked;
  }

  async ask() {
    clearTimeout(this.#timer);
    const mine = ++this.#asked;
    /** @type {Found | null} */
    let found = null;
    try {
      found = await getRecording(this.#visitId);
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 404) found = { state: "none" };
    }
    if (mine !== this.#asked || this.#stopped) return;
    if (found && !this.#busy) this.#take(found);
    this.#draw();
    if (ON_ITS_WAY.has(this.#state) || (this.#visit && isActive(this.#visit))) {
      const pause = this.#state === "none" ? ASK_FOR_ANY_EVERY_MS : ASK_EVERY_MS;
      this.#timer = setTimeout(() => this.#askIfSeen(), pause);
    }
  }

  /** Nobody needs to know while the tab is hidden. */
  #askIfSeen() {
    if (!document.hidden) return void this.ask();
    document.addEventListener("visibilitychange", () => this.#stopped || this.#askIfSeen(), { once: true });
  }

  /** @param {Found} found */
  #take({ state, durationSeconds, downloadUrl, parts }) {
    this.#state = state;
    this.#parts = parts ?? (downloadUrl ? [{ state, downloadUrl }] : []);
    this.#seconds = durationSeconds ?? null;
  }

  async #toggle() {
    if (this.#waits) return;
    this.#busy = true;
    setText("recording-said", "");
    this.#draw();
    try {
      const found = await controlRecording(this.#visitId, this.#canStop ? "stop" : "start");
      if (found.state !== "awaitingConsent") this.#take({ ...found, state: found.state });
      else if (this.#visit) this.#visit = { ...this.#visit, recordingConsent: "asked" };
    } catch (error) {
      setText("recording-said", t("visits.unchanged", { failure: errorMessage(error, { exists: t("visits.recording.exists") }) }));
    } finally {
      this.#busy = false;
      this.#draw();
      if (this.#mayExist) await this.ask();
    }
  }

  /**
   * The link is valid only for minutes, so it is requested on demand.
   * @param {number} part
   */
  async #download(part) {
    setText("recording-said", t("visits.opening"));
    try {
      const found = await getRecording(this.#visitId);
      const downloadUrl = found.parts ? found.parts[part]?.downloadUrl : found.downloadUrl;
      setText("recording-said", downloadUrl ? "" : t("visits.recording.gone"));
      if (!downloadUrl) return;
      const link = make("a", "");
      link.href = downloadUrl;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.click();
    } catch (error) {
      setText("recording-said", t("visits.recording.not-opened", { failure: errorMessage(error) }));
    }
  }

  #draw() {
    const visit = this.#visit;
    if (!visit || this.#stopped) return;
    const over = isOver(visit);
    const button = byId("record");
    button.hidden = !isActive(visit);
    button.setAttribute("aria-disabled", String(this.#waits));
    setText("record", this.#canStop ? t("visits.record.stop") : t("visits.record"));
    byId("recording").dataset.state = this.#state;
    // After a visit, the summary says that there is no recording.
    byId("recording").hidden = this.#state === "none" && (over || !isActive(visit));
    setText("recording-state", this.#consent || this.#progress);
    this.#drawDownloads();
  }

  /** Draws one button for each stored part; only when there are more, so that the focus stays. */
  #drawDownloads() {
    const ready = this.#parts.flatMap((part, number) => (part.downloadUrl ? [number] : []));
    const place = byId("recording-downloads");
    if (place.dataset.ready === String(ready)) return;
    place.dataset.ready = String(ready);
    place.replaceChildren(
      ...ready.map((number) => {
        const button = make("button", "button", this.#parts.length > 1 ? t("visits.recording.download-part", { number: number + 1 }) : t("visits.recording.download"));
        button.type = "button";
        button.onclick = () => void this.#download(number);
        return button;
      }),
    );
  }
}
