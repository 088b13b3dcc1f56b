/** The page on which administrators say what patients can book. */
import { requireSignIn } from "../../app.js";
import { announce, byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { mayChangeServices } from "../access.js";
import { listServices } from "../api.js";
import { formatPrice } from "../labels.js";
import { ServiceDialog } from "./dialog.js";

/** @typedef {import("../api.js").Service} Service */

/** @type {Service[]} */
let services = [];
/** @type {ServiceDialog} */
let dialog;

async function open() {
  showScreen("loading");
  try {
    services = await listServices();
  } catch (error) {
    setText("failed-text", errorMessage(error));
    return showScreen("failed");
  }
  dialog ??= new ServiceDialog(saved);
  draw();
  showScreen("services");
}

function draw() {
  byId("none").hidden = services.length > 0;
  byId("services").replaceChildren(...services.map((service) => make("li", "", row(service))));
}

/** @param {Service} service */
function row(service) {
  const { name, practitionerName, durationMinutes, price, packs, active } = service;
  const sold = packs.length && t("bookings.packs.count", { count: packs.length });
  const facts = [practitionerName, t("bookings.minutes", { count: durationMinutes }), formatPrice(price), sold].filter(Boolean).join(" · ");
  const button = make("button", "service card", make("strong", "", name), make("span", "muted", facts));
  button.type = "button";
  if (!active) button.append(make("span", "badge quiet", t("bookings.services.offered.no")));
  button.onclick = () => void dialog.change(service);
  return button;
}

/** @param {Service} service added or changed; the list of the facility may not have it yet */
function saved(service) {
  services = [...services.filter(({ serviceId }) => serviceId !== service.serviceId), service];
  services.sort((one, other) => one.name.localeCompare(other.name));
  draw();
  announce(t("bookings.saved"));
}

byId("add").addEventListener("click", () => void dialog.add((services.find(({ price }) => price.amount) ?? services[0])?.price.currency ?? "EUR"));
byId("again").addEventListener("click", () => void open());
const user = requireSignIn();
if (user) {
  if (mayChangeServices(user)) void open();
  else showScreen("closed");
}
