/** The phones of a session: those that are connected, and those that ask to be let in. */
import { deviceName } from "../../shell/device.js";
import { announce, byId, make, setText } from "../../shell/dom.js";
import { t, withElements } from "../../shell/messages.js";

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
    setText("phones-title", t("capture.phones.connected", { count: joined.length }));
    byId("phones-list").replaceChildren(...joined.map(named), ...refused.map((phone) => this.#refused(phone)));
    byId("asking").replaceChildren(...asking.map((phone) => this.#request(phone)));
    byId("asking").hidden = asking.length === 0;
    const news = [
      ...asking.filter(({ phoneId }) => !this.#asking.has(phoneId)).map((phone) => t("capture.phones.asks", { phone: label(phone) })),
      ...joined.filter(({ phoneId }) => !this.#joined.has(phoneId)).map((phone) => t("capture.phones.connected.phone", { phone: label(phone) })),
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
    said.textContent = t("capture.phones.let-in.hint");
    const actions = document.createElement("div");
    actions.className = "actions";
    const letIn = this.#button(phone, true, said);
    letIn.className = "button primary";
    actions.append(letIn, this.#button(phone, false, said));
    item.append(make("p", "", ...withElements(t("capture.phones.asks", { phone: "{phone}" }), { phone: make("span", "", ...words(phone)) })), said, actions);
    return item;
  }

  /** @param {Phone} phone */
  #refused(phone) {
    const item = named(phone);
    const said = document.createElement("span");
    said.textContent = t("capture.phones.refused");
    const letIn = this.#button(phone, true, said);
    letIn.className = "button small";
    item.append(said, " ", letIn);
    return item;
  }

  /**
   * @param {Phone} phone
   * @param {boolean} admitted
   * @param {HTMLElement} said says what went wrong
   */
  #button(phone, admitted, said) {
    const text = admitted ? t("capture.phones.let-in") : t("capture.phones.refuse");
    const which = label(phone);
    const ariaLabel = admitted ? t("capture.phones.let-in.phone", { phone: which }) : t("capture.phones.refuse.phone", { phone: which });
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button", textContent: text, ariaLabel });
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
  return `${deviceName(name)}, ${words}`;
}

/** @param {Phone} phone */
function named(phone) {
  return make("li", "", make("p", "", ...words(phone)));
}

/** @param {Phone} phone @returns {(string | Node)[]} */
function words({ name, words: two }) {
  return [`${deviceName(name)} · `, make("strong", "", two)];
}
