/**
 * The clinician's templates: chosen for the notes, made from them, and deleted. Loaded when it is opened first, so it may
 * import only modules without state of their own.
 */
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { formatList, t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { EMPTY_NOTES, FIELDS, equalNotes } from "./merge.js";
import { extended, filled, sameName, takenFields, withTemplate } from "./template.js";

/** @typedef {import("../api.js").Notes} Notes */
/** @typedef {import("./template.js").Template} Template */
/** @typedef {{texts: Notes}} Form the fields of the notes, to be read and filled */
/**
 * @typedef {{read: typeof import("./api.js").getTemplates, replace: typeof import("./api.js").replaceTemplates,
 *   isStale: (error: unknown) => boolean, reason: (error: unknown) => string}} Calls `isStale`: whether another window has
 *   replaced the templates; `reason` says why something failed
 */

/** Characters that the server accepts per field of a template. */
const MAX_LENGTH = 2_000;

export class TemplateDialog {
  #form;
  #calls;
  /** @type {Template[]} */
  #templates = [];
  #etag = '"0"';

  /**
   * @param {Form} form
   * @param {Calls} calls
   */
  constructor(form, calls) {
    this.#form = form;
    this.#calls = calls;
    byId("templates-close").onclick = () => this.#dialog.close();
    byId("template-name").oninput = () => this.#drawForm();
    byId("template-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#store();
    };
  }

  get #dialog() {
    return byId("templates", HTMLDialogElement);
  }

  get #name() {
    return cleanLine(byId("template-name", HTMLInputElement).value);
  }

  async open() {
    byId("template-name", HTMLInputElement).value = "";
    byId("template-list").replaceChildren();
    setText("templates-said", t("shell.loading"));
    this.#drawForm();
    this.#dialog.showModal();
    try {
      await this.#load();
      setText("templates-said", this.#templates.length ? "" : t("visits.templates.none"));
      this.#draw();
    } catch (error) {
      setText("templates-said", t("visits.templates.failed", { failure: this.#calls.reason(error) }));
    }
  }

  async #load() {
    ({ templates: this.#templates, etag: this.#etag } = await this.#calls.read());
  }

  /** @param {Template} template */
  async #use(template) {
    this.#dialog.close();
    const texts = this.#form.texts;
    const taken = takenFields(texts, template).map(({ display }) => display);
    this.#form.texts = filled(texts, template);
    if (taken.length && (await this.#asksToExtend(template, taken))) this.#form.texts = extended(texts, template);
    const first = FIELDS.find(({ name }) => template[name]);
    byId(first?.name ?? "notes-title").focus();
  }

  /**
   * @param {Template} template
   * @param {string[]} taken
   */
  #asksToExtend(template, taken) {
    return confirmDialog({
      title: t("visits.templates.extend", { name: template.name }),
      text: t("visits.templates.extend.text", { count: taken.length, fields: formatList(taken) }),
      yes: t("visits.templates.extend.yes"),
      calm: true,
      no: t("visits.templates.extend.no"),
    });
  }

  async #store() {
    const texts = this.#form.texts;
    const name = this.#name;
    const long = FIELDS.find((field) => texts[field.name].length > MAX_LENGTH);
    if (!name) {
      setText("template-why", t("visits.templates.nameless"));
      return byId("template-name").focus();
    }
    if (equalNotes(texts, EMPTY_NOTES)) return void setText("template-why", t("visits.templates.nothing"));
    if (long) return void setText("template-why", t("visits.templates.too-long", { field: long.display, most: MAX_LENGTH }));
    await this.#change((templates) => withTemplate(templates, { name, ...texts }), t("visits.templates.stored", { name }));
  }

  /** @param {Template} template */
  async #delete(template) {
    await this.#change((templates) => templates.filter(({ name }) => !sameName(name, template.name)), t("visits.templates.deleted", { name: template.name }));
    byId("templates-title").focus();
  }

  /**
   * @param {(templates: Template[]) => Template[]} change applied again if another window has changed them
   * @param {string} done
   */
  async #change(change, done) {
    setText("templates-said", t("shell.saving"));
    try {
      try {
        await this.#replace(change(this.#templates));
      } catch (error) {
        if (!this.#calls.isStale(error)) throw error;
        await this.#load();
        await this.#replace(change(this.#templates));
      }
      byId("template-name", HTMLInputElement).value = "";
      setText("templates-said", done);
    } catch (error) {
      setText("templates-said", t("visits.unchanged", { failure: this.#calls.reason(error) }));
    }
    this.#draw();
  }

  /** @param {Template[]} templates */
  async #replace(templates) {
    ({ templates: this.#templates, etag: this.#etag } = await this.#calls.replace(templates, this.#etag));
  }

  #draw() {
    byId("template-list").replaceChildren(...this.#templates.map((template) => this.#row(template)));
    this.#drawForm();
  }

  /** @param {Template} template */
  #row(template) {
    const use = make("button", "button template-use", template.name);
    const remove = make("button", "button plain", t("visits.delete"));
    remove.setAttribute("aria-label", t("visits.templates.delete", { name: template.name }));
    use.type = remove.type = "button";
    use.onclick = () => void this.#use(template);
    remove.onclick = () => void this.#delete(template);
    return make("li", "", use, remove);
  }

  #drawForm() {
    setText("template-why", "");
    const known = this.#templates.some(({ name }) => sameName(name, this.#name));
    setText("template-save", known ? t("visits.templates.replace") : t("shell.save"));
  }
}
