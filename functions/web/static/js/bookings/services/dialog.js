/** The dialog that adds or changes a service. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { addService, getService, listPractitioners, saveService } from "../api.js";
import { amountIn, amountText } from "./amounts.js";
import { PackFields } from "./packs.js";

/** @typedef {import("../api.js").Service} Service */

const PLACES = { name: "name", practitionerId: "practitioner", durationMinutes: "minutes", price: "price" };

/** @typedef {import("openapi").PriceRequest["currency"]} Currency */

/** Those that the API knows, no more and no less: as a record, so that the types check both. @type {Record<Currency, true>} */
const KNOWN = {
  AUD: true, CAD: true, CHF: true, CZK: true, DKK: true, EUR: true, GBP: true, HKD: true, JPY: true, NOK: true, NZD: true, PLN: true, SEK: true,
  SGD: true, USD: true,
};
const CURRENCIES = /** @type {Currency[]} */ (Object.keys(KNOWN));

export class ServiceDialog {
  #onSaved;
  #dialog = byId("service", HTMLDialogElement);
  #packs = new PackFields();
  /** @type {Service | null} */
  #service = null;
  #etag = "";
  #key = "";
  #busy = false;

  /** @param {(service: Service) => void} onSaved */
  constructor(onSaved) {
    this.#onSaved = onSaved;
    byId("service-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => this.#busy && event.preventDefault());
    byId("service-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /** @param {string} currency of the facility's other services */
  async add(currency) {
    this.#service = null;
    this.#key = crypto.randomUUID();
    setText("service-title", t("bookings.services.add"));
    await this.#show({ name: "", durationMinutes: 30, active: true, practitionerId: "", practitionerName: null, price: { amount: 0, currency }, packs: [] });
  }

  /** @param {Service} service */
  async change(service) {
    this.#service = service;
    this.#etag = "";
    setText("service-title", t("bookings.services.change"));
    await this.#show(service);
  }

  /** @param {Pick<Service, "name" | "durationMinutes" | "active" | "practitionerId" | "practitionerName" | "price" | "packs">} shown */
  async #show({ name, durationMinutes, active, practitionerId, practitionerName, price, packs }) {
    for (const place of Object.values(PLACES)) showFieldError(place, "");
    this.#fail("");
    byId("name", HTMLInputElement).value = name;
    byId("minutes", HTMLInputElement).value = String(durationMinutes);
    byId("active", HTMLSelectElement).value = active ? "yes" : "no";
    byId("price", HTMLInputElement).value = amountText(price.amount, price.currency);
    this.#packs.show(packs, price.currency);
    byId("currency", HTMLSelectElement).replaceChildren(...CURRENCIES.map((each) => option(each, each)));
    byId("currency", HTMLSelectElement).value = price.currency;
    const select = byId("practitioner", HTMLSelectElement);
    select.disabled = Boolean(this.#service);
    select.replaceChildren(option(practitionerId, practitionerName ?? ""));
    this.#dialog.showModal();
    byId("name").focus();
    try {
      if (this.#service) ({ etag: this.#etag } = await getService(this.#service.serviceId));
      else select.replaceChildren(...(await listPractitioners()).map(({ userId, name }) => option(userId, name || t("shell.no-name"))));
    } catch (error) {
      this.#fail(errorMessage(error));
    }
  }

  async #save() {
    const name = cleanLine(byId("name", HTMLInputElement).value);
    const practitionerId = byId("practitioner", HTMLSelectElement).value;
    const minutes = byId("minutes", HTMLInputElement);
    showFieldError("name", name ? "" : t("bookings.services.name.missing"));
    showFieldError("practitioner", practitionerId ? "" : t("bookings.services.practitioner.missing"));
    showFieldError("minutes", minutes.checkValidity() ? "" : t("bookings.services.minutes.wrong"));
    const currency = /** @type {Currency} */ (byId("currency", HTMLSelectElement).value);
    const amount = amountIn(byId("price", HTMLInputElement).value, currency);
    const packs = this.#packs.read(currency);
    const isFree = amount === 0 && Boolean(packs?.length);
    showFieldError("price", amount === null ? t("bookings.services.price.wrong") : isFree ? t("bookings.packs.free") : "");
    if (!name || !practitionerId || !minutes.checkValidity() || amount === null || !packs || isFree || this.#busy) return;
    const active = byId("active", HTMLSelectElement).value === "yes";
    const wanted = { name, practitionerId, durationMinutes: minutes.valueAsNumber, active, price: { amount, currency }, packs };
    this.#work(true);
    try {
      this.#onSaved(this.#service ? await saveService(this.#service.serviceId, wanted, this.#etag) : await addService(wanted, this.#key));
      this.#work(false);
      this.#dialog.close();
    } catch (error) {
      this.#work(false);
      if (error instanceof HttpProblem && error.status === 412) await this.#changedElsewhere();
      else if (!showFieldErrors(error, PLACES)) this.#fail(errorMessage(error));
    }
  }

  /** Says so, and lets the next try replace what is there now. */
  async #changedElsewhere() {
    try {
      if (this.#service) ({ etag: this.#etag } = await getService(this.#service.serviceId));
      this.#fail(t("bookings.services.changed"));
    } catch (error) {
      this.#fail(errorMessage(error));
    }
  }

  /** @param {boolean} working */
  #work(working) {
    this.#busy = working;
    byId("service-save", HTMLButtonElement).disabled = working;
  }

  /** @param {string} text */
  #fail(text) {
    setText("service-failure", text);
    byId("service-failure").hidden = !text;
  }
}

/** @param {string} value @param {string} text */
function option(value, text) {
  const element = make("option", "", text);
  element.value = value;
  return element;
}
