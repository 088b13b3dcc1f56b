/** The form for a photo's metadata: laterality, body site, type of image, notes. */
import { byId, make, setText } from "../../shell/dom.js";
import { faultMessage } from "../../shell/faults.js";
import { t } from "../../shell/messages.js";
import { cleanParagraphs } from "../../shell/text.js";
import { IMAGE_TYPES } from "./image-types.js";
import { BODY_SITES, LATERALITIES, NOTES_MAX, coded } from "../metadata.js";

/**
 * @typedef {import("../metadata.js").Metadata} Metadata
 * @typedef {import("../metadata.js").Change} Change
 */

/** What clears every field that is not set. @type {Change} */
const CLEARED = Object.freeze({ laterality: null, bodySite: null, imageType: null, notes: null });

export class MetadataForm {
  #form = byId("details", HTMLFormElement);
  #site = byId("bodySite", HTMLSelectElement);
  #notes = byId("notes", HTMLTextAreaElement);
  #save;
  #problem;
  /** The metadata on the server. @type {Metadata} */
  #saved = {};
  #saving = false;
  /** Why nothing can be changed, "" if it can. */
  #closed = "";
  #stop = new AbortController();

  /**
   * @param {(change: Change) => Promise<void>} save
   * @param {(error: unknown) => import("../../shell/http.js").HttpProblem | null} problem what the server said
   */
  constructor(save, problem) {
    this.#save = save;
    this.#problem = problem;
    for (const [name, choices] of /** @type {const} */ ([["laterality", LATERALITIES], ["imageType", IMAGE_TYPES]])) {
      byId(name).replaceChildren(
        ...[{ code: "", display: t("capture.not-set") }, ...choices].map(({ code, display }) => radioButton(name, code, display)),
      );
    }
    this.#site.replaceChildren(new Option(t("capture.not-set"), ""), ...BODY_SITES.map(({ code, display }) => new Option(display, code)));
    this.#notes.maxLength = NOTES_MAX;
    const { signal } = this.#stop;
    this.#form.addEventListener("input", () => this.#edited(), { signal });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    }, { signal });
  }

  stop() {
    this.#stop.abort();
  }

  /** Lets nothing be changed any more, or again. @param {string} because "" if it can be changed */
  close(because) {
    if (because === this.#closed) return;
    this.#closed = because;
    for (const field of this.#form.querySelectorAll("fieldset, select, textarea")) field.toggleAttribute("disabled", Boolean(because));
    byId("details-save").hidden = Boolean(because);
    this.#setStatus("", because);
  }

  /** Whether there are unsaved changes. */
  get changed() {
    return !this.#closed && !equalMetadata(this.#entered(), this.#saved);
  }

  /**
   * Shows another photo's metadata.
   * @param {Metadata} metadata
   */
  fill(metadata) {
    this.#write(metadata);
    this.#setStatus("", "");
  }

  /**
   * Takes over metadata that was changed elsewhere, but never overwrites unsaved changes.
   * @param {Metadata} metadata
   */
  update(metadata) {
    if (equalMetadata(metadata, this.#saved)) return;
    const untouched = !this.changed;
    if (untouched) return this.#write(metadata);
    this.#saved = metadata;
    if (this.changed) this.#setStatus("failed", t("capture.details.theirs"));
  }

  /** @param {Metadata} metadata */
  #write(metadata) {
    this.#saved = metadata;
    for (const input of this.#form.querySelectorAll("input[type=radio]")) {
      if (!(input instanceof HTMLInputElement)) continue;
      const { [/** @type {"laterality" | "imageType"} */ (input.name)]: chosen } = metadata;
      input.checked = input.value === (chosen?.code ?? "");
    }
    const site = metadata.bodySite;
    // A body site outside the list must survive an edit of another field.
    if (site && !coded(BODY_SITES, site.code) && ![...this.#site.options].some(({ value }) => value === site.code)) {
      this.#site.append(new Option(site.display, site.code));
    }
    this.#site.value = site?.code ?? "";
    this.#notes.value = metadata.notes ?? "";
    this.#draw();
  }

  /** @returns {Metadata} */
  #entered() {
    const chosen = new FormData(this.#form);
    const side = coded(LATERALITIES, String(chosen.get("laterality") ?? ""));
    const imageType = coded(IMAGE_TYPES, String(chosen.get("imageType") ?? ""));
    const option = this.#site.selectedOptions[0];
    const notes = cleanParagraphs(this.#notes.value);
    return {
      ...(side ? { laterality: side } : {}),
      ...(option?.value ? { bodySite: { code: option.value, display: option.text } } : {}),
      ...(imageType ? { imageType } : {}),
      ...(notes ? { notes } : {}),
    };
  }

  #edited() {
    this.#setStatus("", this.changed ? t("capture.details.unsaved") : "");
    this.#draw();
  }

  #draw() {
    byId("details-save", HTMLButtonElement).disabled = this.#saving || !this.changed;
    setText("notes-count", t("capture.count", { used: this.#notes.value.length, max: NOTES_MAX }));
  }

  async #submit() {
    if (this.#saving || !this.changed) return;
    const entered = this.#entered();
    const before = this.#saved;
    this.#saving = true;
    this.#setStatus("", t("shell.saving"));
    this.#draw();
    try {
      await this.#save({ ...CLEARED, ...entered });
      // Another photo may have been opened meanwhile.
      if (equalMetadata(this.#entered(), entered)) {
        this.#saved = entered;
        this.#setStatus("done", t("shell.saved"));
      }
    } catch (error) {
      if (this.#saved === before) this.#setStatus("failed", whyNot(this.#problem(error)));
    } finally {
      this.#saving = false;
      this.#draw();
    }
  }

  /**
   * @param {"" | "done" | "failed"} kind
   * @param {string} text
   */
  #setStatus(kind, text) {
    byId("details-status").dataset.kind = kind;
    setText("details-status", text);
  }
}

/** @param {import("../../shell/http.js").HttpProblem | null} problem */
function whyNot(problem) {
  if (problem?.status === 404) return t("capture.details.gone");
  if (problem?.status === 422) return t("capture.details.refused", { reason: faultMessage(problem.errors[0]) });
  return t("capture.details.failed");
}

/**
 * @param {Metadata} one
 * @param {Metadata} other
 */
function equalMetadata(one, other) {
  return (
    one.laterality?.code === other.laterality?.code &&
    one.bodySite?.code === other.bodySite?.code &&
    one.imageType?.code === other.imageType?.code &&
    cleanParagraphs(one.notes ?? "") === cleanParagraphs(other.notes ?? "")
  );
}

/**
 * @param {string} name
 * @param {string} code
 * @param {string} display
 */
function radioButton(name, code, display) {
  const input = document.createElement("input");
  input.type = "radio";
  input.name = name;
  input.value = code;
  return make("label", "choice", input, make("span", "", display));
}
