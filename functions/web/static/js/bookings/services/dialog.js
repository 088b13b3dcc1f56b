/** The dialog that adds or changes a service. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { showFieldErrors } from "../../shell/field-errors.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { cleanLine } from "../../shell/text.js";
import { addService, getService, listPractitioners, saveService } from "../api.js";

/** @typedef {import("../api.js").Service} Service */

const PLACES = { name: "name", practitionerId: "practitioner", durationMinutes: "minutes", price: "price" };

/** Those that the API knows. */
const CURRENCIES = ["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "NZD", "PLN", "SEK", "SGD", "USD"];

export class ServiceDialog {
  #onSaved;
  #dialog = byId("service", HTMLDialogElement);
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
    await this.#show({ name: "", durationMinutes: 30, active: true, practitionerId: "", practitionerName: null, price: { amount: 0, currency } });
  }

  /** @param {Service} service */
  async change(service) {
    this.#service = service;
    this.#etag = "";
    setText("service-title", t("bookings.services.change"));
    await this.#show(service);
  }

  /** @param {Pick<Service, "name" | "durationMinutes" | "active" | "practitionerId" | "practitionerName" | "price">} shown */
  async #show({ name, durationMinutes, active, practitionerId, practitionerName, price }) {
    for (const place of Object.values(PLACES)) showFieldError(place, "");
    this.#fail("");
    byId("name", HTMLInputElement).value = name;
    byId("minutes", HTMLInputElement).value = String(durationMinutes);
    byId("active", HTMLSelectElement).value = active ? "yes" : "no";
    byId("price", HTMLInputElement).value = (price.amount / 10 ** digitsOf(price.currency)).toFixed(price.amount ? digitsOf(price.currency) : 0);
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
    const price = priceIn();
    showFieldError("price", price ? "" : t("bookings.services.price.wrong"));
    if (!name || !practitionerId || !minutes.checkValidity() || !price || this.#busy) return;
    const active = byId("active", HTMLSelectElement).value === "yes";
    const wanted = { name, practitionerId, durationMinutes: minutes.valueAsNumber, active, price };
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

/** @returns {Service["price"] | null} what the fields say, null if that is no amount */
function priceIn() {
  const currency = byId("currency", HTMLSelectElement).value;
  const text = byId("price", HTMLInputElement).value.trim().replace(",", ".");
  const amount = Number(text) * 10 ** digitsOf(currency);
  const whole = Math.round(amount);
  return /^\d{1,8}(\.\d+)?$/.test(text) && Math.abs(amount - whole) < 1e-6 ? { amount: whole, currency } : null;
}

/** @param {string} currency @returns {number} how many digits its amounts have after the point */
function digitsOf(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
