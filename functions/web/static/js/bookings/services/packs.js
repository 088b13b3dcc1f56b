/** The packs of a service, as fields of its dialog. */
import { byId, make, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { amountIn, amountText } from "./amounts.js";

/** @typedef {import("openapi").PackOfferDocument} PackOffer */

/** As many as the API takes. */
const MOST = 3;

/** How many fields there have been, so that each has an id of its own. */
let fields = 0;

export class PackFields {
  #rows = byId("pack-rows");
  #add = byId("pack-add", HTMLButtonElement);

  constructor() {
    this.#add.addEventListener("click", () => {
      const row = this.#append(String(5 * (this.#rows.children.length + 1)), "");
      row.querySelector("input")?.focus();
    });
  }

  /** @param {PackOffer[]} packs @param {string} currency */
  show(packs, currency) {
    say("");
    this.#rows.replaceChildren();
    for (const { visits, amount } of packs) this.#append(String(visits), amountText(amount, currency));
    this.#add.hidden = packs.length >= MOST;
  }

  /**
   * @param {string} currency
   * @returns {PackOffer[] | null} what the fields say, null if they are wrong, which is said there
   */
  read(currency) {
    const packs = [...this.#rows.children].map((row) => {
      const [visits, amount] = row.querySelectorAll("input");
      return { visits: visits?.checkValidity() ? visits.valueAsNumber : 0, amount: amountIn(amount?.value ?? "", currency) ?? 0 };
    });
    const isGood = packs.every(({ visits, amount }) => visits > 0 && amount >= visits);
    const isClear = new Set(packs.map(({ visits }) => visits)).size === packs.length;
    say(isGood ? (isClear ? "" : t("bookings.packs.same")) : t("bookings.packs.wrong"));
    return isGood && isClear ? packs : null;
  }

  /** @param {string} visits @param {string} amount */
  #append(visits, amount) {
    const number = this.#rows.children.length + 1;
    const count = make("input", "");
    Object.assign(count, { type: "number", inputMode: "numeric", min: "2", max: "20", step: "1", required: true, value: visits });
    const price = make("input", "");
    Object.assign(price, { inputMode: "decimal", autocomplete: "off", maxLength: 12, value: amount });
    const remove = make("button", "button", t("bookings.hours.remove"));
    remove.type = "button";
    remove.setAttribute("aria-label", t("bookings.packs.remove", { count: number }));
    const row = make("div", "pack-row", field(t("bookings.packs.visits"), count), field(t("bookings.packs.price"), price), remove);
    remove.onclick = () => {
      row.remove();
      this.#add.hidden = false;
      this.#add.focus();
    };
    this.#rows.append(row);
    this.#add.hidden = number >= MOST;
    return row;
  }
}

/** @param {string} text "" if the packs can be sold */
function say(text) {
  setText("packs-error", text);
  byId("packs-error").hidden = !text;
}

/** @param {string} name @param {HTMLInputElement} input */
function field(name, input) {
  const label = make("label", "", name);
  fields += 1;
  label.htmlFor = input.id = `pack-field-${fields}`;
  return make("div", "field", label, input);
}
