/** What is about to go to the record: where it goes, what is missing, and the button that sends it. */
import { announce, make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { textButton } from "./buttons.js";
import { plainlyMissing } from "./files.js";
import { PatientCheck } from "./patient-check.js";
import { PhotoRows } from "./rows.js";
import { targetWords } from "./words.js";

/**
 * @typedef {import("../desk.js").Desk} Desk
 * @typedef {import("../desk.js").Photo} Photo
 * @typedef {import("openapi").CapabilitiesDocument} Capabilities
 */

export class Panel {
  #desk;
  #calls;
  #took;
  #onChange;
  #heading = make("h3", "");
  #where = make("p", "muted");
  #consent = make("div", "notice warn");
  #check = new PatientCheck();
  #rows;
  #status = make("p", "small");
  #commit = textButton("", "button primary", () => void this.#submit());
  #cancel = textButton(t("shell.cancel"), "button", () => this.#close());
  /** @type {string[]} */
  #ids = [];
  /** @type {Capabilities | null} */
  #record = null;
  /** What the server has said of a photo at a revision. @type {Map<string, {revision: number, missing: string[]}>} */
  #said = new Map();
  #sending = false;
  /** The last request, and its key: made again, it counts once. */
  #request = { body: "", key: "" };
  element;

  /**
   * @param {Desk} desk
   * @param {import("./calls.js").CommitCalls} calls
   * @param {(commitId: string, files: import("openapi").FileDocument[]) => void} took
   * @param {() => void} onChange
   */
  constructor(desk, calls, took, onChange) {
    this.#desk = desk;
    this.#calls = calls;
    this.#took = took;
    this.#onChange = onChange;
    this.#heading.id = "record-heading";
    this.#heading.tabIndex = -1;
    this.#status.setAttribute("role", "status");
    // Below the photos of a session that has ended, consent cannot be recorded.
    const field = desk.panel.closest("[data-screen]")?.querySelector("#consent");
    this.#consent.append(
      make("p", "", field ? t("commits.consent.missing") : t("commits.consent.reopen")),
      ...(field instanceof HTMLElement ? [textButton(t("commits.consent.record"), "button", () => field.focus())] : []),
    );
    this.#rows = new PhotoRows(desk, (imageId) => {
      this.#ids = this.#ids.filter((each) => each !== imageId);
      if (this.#ids.length) this.#onChange();
      else this.#close();
    });
    const actions = make("div", "record-needs", this.#commit, this.#cancel);
    this.element = make("section", "record-panel card stack", this.#heading, this.#where, this.#consent, this.#check.element, this.#rows.element, this.#status, actions);
    this.element.setAttribute("aria-labelledby", this.#heading.id);
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#sending) return;
      event.preventDefault();
      this.#close();
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /**
   * @param {string[]} ids of photos
   * @param {Capabilities} record
   */
  open(ids, record) {
    this.#ids = ids;
    this.#record = record;
    this.#said.clear();
    this.#rows.begin();
    this.#check.hide();
    this.#say("");
    this.element.hidden = false;
    this.#onChange();
    this.#heading.focus();
  }

  /** @param {(imageId: string) => boolean} isTaken */
  draw(isTaken) {
    if (!this.isOpen || !this.#record) return;
    const photos = this.#photos.filter(({ imageId }) => !isTaken(imageId));
    this.#ids = photos.map(({ imageId }) => imageId);
    if (!photos.length && !this.#sending) return this.#hide();
    const count = photos.length;
    const { patientName, patientNHI, patientId } = this.#desk.encounter;
    const patient = [patientName, patientNHI].filter(Boolean).join(" · ") || t("commits.panel.number", { number: patientId });
    this.#heading.textContent = t("commits.panel", { count });
    this.#where.textContent = t("commits.panel.where", { target: targetWords(this.#record.target ?? ""), patient });
    this.#consent.hidden = this.#desk.hasConsent() || !this.#record.consentRequired;
    this.#commit.textContent = t("commits.commit", { count });
    this.#rows.draw(photos.map((photo) => ({ photo, missing: this.#missing(photo) })));
  }

  /** As they are now, in the order in which they are shown. */
  get #photos() {
    const photos = this.#desk.photos();
    return this.#ids.flatMap((id) => photos.find(({ imageId }) => imageId === id) ?? []);
  }

  /** @param {Photo} photo */
  #missing({ imageId, revision, metadata }) {
    const said = this.#said.get(imageId);
    const plain = plainlyMissing(metadata, this.#record?.bodySites ?? []);
    if (said?.revision !== revision) return plain;
    return [...plain, ...said.missing.filter((code) => !plain.includes(code) && !["consent", "patient-unconfirmed", "body-site", "image-type", "laterality"].includes(code))];
  }

  async #submit() {
    if (this.#sending) return;
    const photos = this.#photos;
    const waiting = photos.filter(({ metadata }) => plainlyMissing(metadata, this.#record?.bodySites ?? []).length > 0).length;
    if (waiting) {
      this.#say(t("commits.panel.not-ready", { count: waiting }));
      return this.#rows.focusFirst();
    }
    if (!this.#check.isComplete) return this.#check.focus();
    const { patientId, patientName, patientNHI } = this.#desk.encounter;
    /** @type {import("openapi").CommitRequest} */
    const body = {
      images: photos.map((photo) => ({ imageId: photo.imageId, version: photo.revision, confirmed: this.#rows.isConfirmed(photo) ? ["side-contradiction"] : [] })),
      patient: { patientId, ...(patientName && { patientName }), ...(patientNHI && { patientNHI }) },
      ...(this.#check.given && { patientCheck: this.#check.given }),
    };
    this.#work(true);
    try {
      const { commitId, files } = await this.#calls.commit(body, this.#keyOf(body));
      this.#work(false);
      this.#hide();
      announce(t("commits.told.sent", { count: files.length }));
      this.#took(commitId, files);
      this.#desk.refresh();
    } catch (error) {
      this.#work(false);
      this.#fail(error);
    }
    this.#onChange();
  }

  /** @param {unknown} body */
  #keyOf(body) {
    const text = JSON.stringify(body);
    if (this.#request.body !== text || !this.#request.key) this.#request = { body: text, key: crypto.randomUUID() };
    return this.#request.key;
  }

  /** @param {unknown} error */
  #fail(error) {
    const problem = this.#desk.problem(error);
    // It has been answered, so that the same again is another request.
    if (problem && problem.status < 500) this.#request.key = "";
    if (problem?.slug === "nothing-to-commit") {
      this.#desk.refresh();
      return this.#say(t("commits.nothing"));
    }
    if (problem?.slug === "no-record-target") return this.#say(t("commits.no-target"));
    if (problem?.slug !== "metadata-missing") return this.#say(t("commits.panel.failed", { reason: this.#desk.reason(error) }));
    /** @type {{imageId: string, missing: string[]}[]} */
    const images = problem.body?.images ?? [];
    const revisions = new Map(this.#photos.map(({ imageId, revision }) => [imageId, revision]));
    for (const { imageId, missing } of images) this.#said.set(imageId, { revision: revisions.get(imageId) ?? 0, missing });
    const all = new Set(images.flatMap(({ missing }) => missing));
    if (all.has("patient-unconfirmed")) this.#check.show();
    else this.#check.hide();
    if (["changed", "committing", "committed", "consent"].some((code) => all.has(code))) this.#desk.refresh();
    this.#say(t("commits.panel.not-ready", { count: images.length }));
    this.#onChange();
    if (all.has("patient-unconfirmed")) this.#check.focus();
    else if (!this.#consent.hidden) this.#consent.querySelector("button")?.focus();
    else this.#rows.focusFirst();
  }

  /** @param {boolean} working */
  #work(working) {
    this.#sending = working;
    this.#commit.disabled = this.#cancel.disabled = working;
    this.#say(working ? t("commits.panel.sending") : "");
  }

  #close() {
    this.#hide();
    this.#onChange();
  }

  #hide() {
    this.element.hidden = true;
  }

  /** @param {string} text */
  #say(text) {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}
