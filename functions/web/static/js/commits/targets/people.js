/** Which people of a facility are which practitioners of its record, who are signed in when they open Bedside there. */
import { Combobox } from "../../shell/combobox.js";
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { nameOf } from "../../shell/users.js";
import { findClinicians, getTies, namesOf, saveTies } from "./people-api.js";
import { practitionerIdOf } from "./practitioner-id.js";

/** @typedef {import("openapi").TieDocument} Tie */

export class RecordPeople {
  #facilityId = "";
  /** @type {Tie[]} */
  #ties = [];
  #etag = "";
  /** By user's id. @type {Map<string, string>} */
  #names = new Map();
  #saving = false;
  /** Whether the list was read: without it there is nothing to add to. */
  #read = false;
  /** Only what is about the facility that is chosen is shown. */
  #latest = 0;
  /** @type {Combobox<import("../../shell/users.js").User>} */
  #person = new Combobox(byId("person", HTMLInputElement), {
    find: (text, signal) => findClinicians(this.#facilityId, text, signal),
    title: nameOf,
    least: 2,
  });
  #practitioner = byId("practitioner", HTMLInputElement);

  constructor() {
    byId("people-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#tie();
    });
  }

  /** @param {string} facilityId "" where no record says who opens Bedside */
  show(facilityId) {
    byId("people").hidden = !facilityId;
    // The settings of the record were saved: who is who stays as it is.
    if (facilityId === this.#facilityId && this.#read) return;
    this.#facilityId = facilityId;
    this.#latest += 1;
    this.#read = false;
    this.#ties = [];
    this.#names.clear();
    byId("people-list").replaceChildren();
    this.#empty();
    if (facilityId) void this.#load();
  }

  async #load() {
    const mine = ++this.#latest;
    setText("people-said", t("shell.loading"));
    try {
      const read = await getTies(this.#facilityId);
      const names = await namesOf(this.#facilityId, read.people);
      if (mine !== this.#latest) return;
      this.#names = names;
      this.#take(read);
      this.#read = true;
    } catch (error) {
      if (mine === this.#latest) setText("people-said", errorMessage(error));
    }
  }

  async #tie() {
    this.#clearErrors();
    if (!this.#read) return this.#load();
    const person = this.#person.chosen;
    const practitionerId = practitionerIdOf(cleanLine(this.#practitioner.value));
    const faults = {
      person: !person ? t("commits.people.person.needed") : this.#ties.some(({ userId }) => userId === person.userId) ? t("commits.people.person.tied") : "",
      practitioner: !practitionerId
        ? t("commits.people.practitioner.needed")
        : this.#ties.some((tie) => tie.practitionerId === practitionerId)
          ? t("commits.people.practitioner.tied")
          : "",
    };
    for (const [field, text] of Object.entries(faults)) showFieldError(field, text);
    const first = Object.entries(faults).find(([, text]) => text)?.[0];
    if (first) return byId(first).focus();
    if (!person) return;
    this.#names.set(person.userId, nameOf(person));
    const said = t("commits.people.is-tied", { name: nameOf(person) });
    if (await this.#save([...this.#ties, { practitionerId, userId: person.userId }], said)) this.#empty();
  }

  /** @param {Tie} tie */
  async #untie(tie) {
    this.#clearErrors();
    const others = this.#ties.filter(({ practitionerId }) => practitionerId !== tie.practitionerId);
    await this.#save(others, t("commits.people.is-untied", { name: this.#nameOf(tie) }));
  }

  /**
   * @param {Tie[]} people
   * @param {string} said once they are saved
   * @returns {Promise<boolean>} whether they are
   */
  async #save(people, said) {
    if (this.#saving) return false;
    const mine = this.#latest;
    this.#saving = true;
    try {
      const saved = await saveTies(this.#facilityId, people, this.#etag);
      if (mine !== this.#latest) return false;
      this.#take(saved);
      setText("people-said", said);
      byId("people-title").focus();
      return true;
    } catch (error) {
      if (mine === this.#latest) await this.#fail(error);
      return false;
    } finally {
      this.#saving = false;
    }
  }

  /** @param {unknown} error */
  async #fail(error) {
    const code = error instanceof HttpProblem ? error.errors[0]?.code : "";
    if (code === "not-a-clinician") {
      showFieldError("person", t("commits.people.person.refused"));
      return byId("person").focus();
    }
    const stale = error instanceof HttpProblem && error.status === 412;
    if (stale) await this.#load();
    byId("people-failure").textContent = stale ? t("commits.people.stale") : errorMessage(error);
    byId("people-failure").hidden = false;
  }

  /** @param {{people: Tie[], etag: string}} read */
  #take({ people, etag }) {
    this.#ties = people;
    this.#etag = etag;
    const rows = people.map((tie) => ({ tie, name: this.#nameOf(tie) })).sort((one, other) => one.name.localeCompare(other.name));
    byId("people-list").replaceChildren(...rows.map(({ tie, name }) => this.#row(tie, name)));
    setText("people-said", people.length ? "" : t("commits.people.none"));
  }

  /** @param {Tie} tie @param {string} name */
  #row(tie, name) {
    const untie = make("button", "button", t("commits.people.untie"));
    untie.type = "button";
    untie.setAttribute("aria-label", t("commits.people.untie.named", { name }));
    untie.addEventListener("click", () => void this.#untie(tie));
    const there = make("p", "small muted", t("commits.people.there", { practitioner: tie.practitionerId }));
    return make("li", "service", make("strong", "", name), there, make("div", "actions", untie));
  }

  /** @param {Tie} tie */
  #nameOf({ userId }) {
    return this.#names.get(userId) ?? t("commits.people.gone");
  }

  #empty() {
    this.#clearErrors();
    this.#person.choose(null);
    this.#practitioner.value = "";
  }

  #clearErrors() {
    showFieldError("person", "");
    showFieldError("practitioner", "");
    byId("people-failure").hidden = true;
  }
}
