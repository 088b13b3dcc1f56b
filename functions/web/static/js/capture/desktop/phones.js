/** The phones of a session: those that are connected, and those that ask to be let in. */
import { announce, byId, setText } from "../../shell/dom.js";

/** @typedef {import("openapi").PhoneDocument} Phone */

export class PhonesPanel {
  #decide;
  #explain;
  /** @type {Set<string>} */
  #asking = new Set();
  /** @type {Set<string>} */
  #joined = new Set();
  #drawn = "";

  /**
   * @param {(phoneId: string, admitted: boolean) => Promise<Phone[]>} decide
   * @param {(error: unknown) => string} explain
   */
  constructor(decide, explain) {
    this.#decide = decide;
    this.#explain = explain;
  }

  /** @param {readonly Phone[]} phones */
  show(phones) {
    const now = JSON.stringify(phones);
    if (now === this.#drawn) return; // focus stays where it is
    this.#drawn = now;
    const joined = phones.filter(({ standing }) => standing === "joined");
    const asking = phones.filter(({ standing }) => standing === "asking");
    const refused = phones.filter(({ standing }) => standing === "refused");
    byId("phones").hidden = phones.length === 0;
    setText("phones-title", joined.length === 1 ? "Phone connected" : `${joined.length} phones connected`);
    byId("phones-list").replaceChildren(...joined.map(named), ...refused.map((phone) => this.#refused(phone)));
    byId("asking").replaceChildren(...asking.map((phone) => this.#request(phone)));
    byId("asking").hidden = asking.length === 0;
    const news = [
      ...asking.filter(({ phoneId }) => !this.#asking.has(phoneId)).map((phone) => `Another phone asks to join: ${label(phone)}`),
      ...joined.filter(({ phoneId }) => !this.#joined.has(phoneId)).map((phone) => `Phone connected: ${label(phone)}`),
    ];
    if (news.length > 0) announce(news.join(". "));
    this.#asking = new Set(asking.map(({ phoneId }) => phoneId));
    this.#joined = new Set(joined.map(({ phoneId }) => phoneId));
  }

  /** @param {Phone} phone */
  #request(phone) {
    const item = document.createElement("li");
    item.className = "notice warn stack";
    const said = document.createElement("p");
    said.className = "small";
    said.textContent = "Let it in only if you see these words on a phone that you know.";
    const actions = document.createElement("div");
    actions.className = "actions";
    actions.append(
      this.#button("Let in", phone, true, said, "button primary"),
      this.#button("Refuse", phone, false, said, "button"),
    );
    item.append(line("Another phone asks to join:", phone), said, actions);
    return item;
  }

  /** @param {Phone} phone */
  #refused(phone) {
    const item = named(phone);
    const said = document.createElement("span");
    said.textContent = "Not let in ";
    item.append(said, this.#button("Let in", phone, true, said, "button small"));
    return item;
  }

  /**
   * @param {string} text
   * @param {Phone} phone
   * @param {boolean} admitted
   * @param {HTMLElement} said says what went wrong
   * @param {string} className
   */
  #button(text, phone, admitted, said, className) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className, textContent: text, ariaLabel: `${text} ${label(phone)}` });
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        this.show(await this.#decide(phone.phoneId, admitted));
        byId("phones-title").focus();
      } catch (error) {
        said.textContent = this.#explain(error);
        button.disabled = false;
      }
    });
    return button;
  }
}

/** @param {Phone} phone */
function label({ name, words }) {
  return `${name}, ${words}`;
}

/** @param {Phone} phone */
function named(phone) {
  const item = document.createElement("li");
  item.append(line("", phone));
  return item;
}

/**
 * @param {string} before
 * @param {Phone} phone
 */
function line(before, { name, words }) {
  const text = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = words;
  text.append(`${before ? `${before} ` : ""}${name} · `, strong);
  return text;
}
