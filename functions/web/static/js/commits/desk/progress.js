/** How far photos have come on their way to the record, and what to do about those that did not arrive. */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { textButton } from "./buttons.js";
import { failureWords, missingWords } from "./words.js";

/**
 * @typedef {import("./files.js").RecordFile} RecordFile
 * @typedef {import("openapi").FileDocument} FileDocument
 */

export class Progress {
  #desk;
  #calls;
  #took;
  #summary = make("p", "");
  #list = make("ul", "record-rows");
  /** Rows by photo; one about the same keeps what was typed. @type {Map<string, {key: string, element: HTMLElement}>} */
  #rows = new Map();
  element;

  /**
   * @param {import("../desk.js").Desk} desk
   * @param {import("./calls.js").CommitCalls} calls
   * @param {(commitId: string, files: FileDocument[]) => void} took
   */
  constructor(desk, calls, took) {
    this.#desk = desk;
    this.#calls = calls;
    this.#took = took;
    this.#summary.setAttribute("role", "status");
    this.#list.setAttribute("role", "list");
    const heading = make("h3", "", t("commits.progress"));
    heading.id = "record-progress";
    this.element = make("section", "record-panel card stack", heading, this.#summary, this.#list);
    this.element.setAttribute("aria-labelledby", heading.id);
    this.element.hidden = true;
  }

  /**
   * @param {RecordFile[]} files
   * @param {(imageId: string) => number} numberOf
   */
  draw(files, numberOf) {
    const known = files.filter(({ imageId }) => numberOf(imageId) > 0);
    const count = (/** @type {string} */ status) => known.filter((file) => file.status === status).length;
    const [arrived, underWay, failed, unknown] = ["committed", "committing", "failed", "unknown"].map(count);
    this.element.hidden = !(underWay || failed || unknown);
    const words = [
      ...(arrived ? [t("commits.progress.committed", { count: arrived })] : []),
      ...(underWay ? [t("commits.progress.committing", { count: underWay })] : []),
      ...(failed ? [t("commits.progress.failed", { count: failed })] : []),
      ...(unknown ? [t("commits.progress.unknown", { count: unknown })] : []),
    ].join(" ");
    if (this.#summary.textContent !== words) this.#summary.textContent = words;
    const rows = known.filter(({ status }) => status === "failed" || status === "unknown").map((file) => this.#row(file, numberOf(file.imageId)));
    if (rows.length !== this.#list.children.length || rows.some((row, place) => this.#list.children[place] !== row)) this.#list.replaceChildren(...rows);
  }

  /** @param {string} imageId */
  focus(imageId) {
    const row = this.#rows.get(imageId)?.element;
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("button")?.focus();
  }

  /**
   * @param {RecordFile} file
   * @param {number} number
   */
  #row(file, number) {
    const key = JSON.stringify([file, number]);
    const before = this.#rows.get(file.imageId);
    if (before?.key === key) return before.element;
    const element = file.status === "failed" ? this.#failed(file, number) : this.#unknown(file, number);
    this.#rows.set(file.imageId, { key, element });
    return element;
  }

  /**
   * @param {RecordFile} file
   * @param {number} number
   */
  #failed(file, number) {
    const status = statusLine();
    const retry = textButton(t("commits.retry"), "button", () => void act(retry, status, async () => {
      this.#took(file.commitId, [await this.#calls.retry(file)]);
    }, (error) => this.#why(error)));
    retry.setAttribute("aria-label", t("commits.retry.named", { number }));
    return make("li", "", make("p", "", make("strong", "", t("commits.photo", { number })), ` ${failureWords(file.error)}`), retry, status);
  }

  /**
   * @param {RecordFile} file
   * @param {number} number
   */
  #unknown(file, number) {
    const status = statusLine();
    const about = make("p", "", make("strong", "", t("commits.photo", { number })), ` ${t("commits.unknown.about")}`);
    const label = make("label", "", t("commits.unknown.number"));
    const input = make("input", "");
    input.id = `record-number-${file.imageId}`;
    input.maxLength = 256;
    input.autocomplete = "off";
    label.htmlFor = input.id;
    const found = make("button", "button", t("commits.unknown.found"));
    const form = make("form", "record-found", make("div", "field", label, input), found);
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const documentId = cleanLine(input.value);
      if (!documentId) {
        status.textContent = t("commits.unknown.needs-number");
        return input.focus();
      }
      void act(found, status, async () => this.#took(file.commitId, [await this.#calls.resolve(file, { documentId })]), (error) => this.#why(error));
    });
    const absent = textButton(t("commits.unknown.absent"), "button", () => void this.#deny(file, number));
    absent.setAttribute("aria-label", t("commits.unknown.absent.named", { number }));
    return make("li", "", about, form, absent, status);
  }

  /**
   * @param {RecordFile} file
   * @param {number} number
   */
  async #deny(file, number) {
    await confirmDialog({
      title: t("commits.absent.title"),
      text: t("commits.absent.text", { number }),
      yes: t("commits.absent.yes"),
      failed: t("commits.absent.failed"),
      act: async () => this.#took(file.commitId, [await this.#calls.resolve(file, { absent: true })]),
    });
  }

  /** @param {unknown} error @returns {string} */
  #why(error) {
    const problem = this.#desk.problem(error);
    if (problem?.slug !== "metadata-missing") return t("commits.panel.failed", { reason: this.#desk.reason(error) });
    const missing = (problem.body?.images ?? []).flatMap((/** @type {{missing: string[]}} */ image) => image.missing);
    return missing.map((/** @type {string} */ code) => (code === "consent" ? t("commits.consent.missing") : missingWords(code))).join(" ");
  }
}

function statusLine() {
  const status = make("p", "small");
  status.setAttribute("role", "status");
  return status;
}

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} status
 * @param {() => Promise<void>} work
 * @param {(error: unknown) => string} why
 */
async function act(button, status, work, why) {
  button.disabled = true;
  status.textContent = t("commits.panel.sending");
  try {
    await work();
    status.textContent = "";
  } catch (error) {
    status.textContent = why(error);
  }
  button.disabled = false;
}
