/** The form for a photo's metadata: laterality, body site, notes. */
import { byId, make, setText } from "../../shell/dom.js";
import { HttpProblem } from "../../shell/http.js";
import { cleanParagraphs } from "../../shell/text.js";
import { BODY_SITES, LATERALITIES, NOTES_MAX, coded } from "../metadata.js";

/** @typedef {import("../metadata.js").Metadata} Metadata */

export class MetadataForm {
  #form = byId("details", HTMLFormElement);
  #site = byId("bodySite", HTMLSelectElement);
  #notes = byId("notes", HTMLTextAreaElement);
  #save;
  /** The metadata on the server. @type {Metadata} */
  #saved = {};
  #saving = false;
  #stop = new AbortController();

  /** @param {(metadata: Metadata) => Promise<void>} save */
  constructor(save) {
    this.#save = save;
    byId("laterality").replaceChildren(
      ...[{ code: "", display: "Not set" }, ...LATERALITIES].map(({ code, display }) => radioButton(code, display)),
    );
    this.#site.replaceChildren(new Option("Not set", ""), ...BODY_SITES.map(({ code, display }) => new Option(display, code)));
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

  /** Whether there are unsaved changes. */
  get changed() {
    return !equalMetadata(this.#entered(), this.#saved);
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
    if (this.changed) this.#setStatus("failed", "Someone else changed these details meanwhile. Saving replaces theirs.");
  }

  /** @param {Metadata} metadata */
  #write(metadata) {
    this.#saved = metadata;
    const side = metadata.laterality?.code ?? "";
    for (const input of this.#form.querySelectorAll("input[name=laterality]")) {
      if (input instanceof HTMLInputElement) input.checked = input.value === side;
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
    const side = coded(LATERALITIES, String(new FormData(this.#form).get("laterality") ?? ""));
    const option = this.#site.selectedOptions[0];
    const notes = cleanParagraphs(this.#notes.value);
    return {
      ...(side ? { laterality: side } : {}),
      ...(option?.value ? { bodySite: { code: option.value, display: option.text } } : {}),
      ...(notes ? { notes } : {}),
    };
  }

  #edited() {
    this.#setStatus("", this.changed ? "Not saved yet" : "");
    this.#draw();
  }

  #draw() {
    byId("details-save", HTMLButtonElement).disabled = this.#saving || !this.changed;
    setText("notes-count", `${this.#notes.value.length} of ${NOTES_MAX}`);
  }

  async #submit() {
    if (this.#saving || !this.changed) return;
    const entered = this.#entered();
    const before = this.#saved;
    this.#saving = true;
    this.#setStatus("", "Saving…");
    this.#draw();
    try {
      await this.#save(entered);
      // Another photo may have been opened meanwhile.
      if (equalMetadata(this.#entered(), entered)) {
        this.#saved = entered;
        this.#setStatus("done", "Saved");
      }
    } catch (error) {
      if (this.#saved === before) this.#setStatus("failed", saveErrorMessage(error));
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

/** @param {unknown} error */
function saveErrorMessage(error) {
  if (error instanceof HttpProblem && error.status === 404) return "This photo was deleted, so its details could not be saved.";
  if (error instanceof HttpProblem && error.status === 422) return `Not saved: ${error.errors[0]?.message ?? error.message}`;
  return "Not saved. Check the connection and save again.";
}

/**
 * @param {Metadata} one
 * @param {Metadata} other
 */
function equalMetadata(one, other) {
  return (
    one.laterality?.code === other.laterality?.code &&
    one.bodySite?.code === other.bodySite?.code &&
    cleanParagraphs(one.notes ?? "") === cleanParagraphs(other.notes ?? "")
  );
}

/**
 * @param {string} code
 * @param {string} display
 */
function radioButton(code, display) {
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "laterality";
  input.value = code;
  return make("label", "choice", input, make("span", "", display));
}
