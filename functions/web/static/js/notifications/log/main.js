/** The page on which administrators of a facility see that its people were told something: never what. */
import { requireSignIn } from "../../app.js";
import { Combobox } from "../../shell/combobox.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { nameOf } from "../../shell/users.js";
import { findPeople, listDeliveries } from "../api.js";
import { mayReadLog } from "../access.js";
import { STATES, deliveryRow } from "./rows.js";

/** @typedef {import("../api.js").Delivery} Delivery */

/** @type {Delivery[]} */
let deliveries = [];
let cursor = "";
/** Only the answer to the latest question is shown. */
let latest = 0;

/** @type {Combobox<import("../../shell/users.js").User>} */
const recipient = new Combobox(byId("recipient", HTMLInputElement), {
  find: findPeople,
  title: nameOf,
  least: 2,
  onChoose: () => void open(),
});

async function open() {
  const mine = ++latest;
  setText("said", "");
  try {
    const page = await listDeliveries(filter(), "");
    if (mine !== latest) return;
    deliveries = page.notifications;
    cursor = page.cursor ?? "";
    draw();
    if (byId("log-title").closest("[hidden]")) showScreen("log");
  } catch (error) {
    if (mine !== latest) return;
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

async function more() {
  const mine = latest;
  const button = byId("more", HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const page = await listDeliveries(filter(), cursor);
    if (mine !== latest) return;
    const known = new Set(deliveries.map(({ id }) => id));
    const added = page.notifications.filter(({ id }) => !known.has(id));
    deliveries.push(...added);
    cursor = page.cursor ?? "";
    draw();
    const row = document.querySelector(`[data-delivery="${CSS.escape(added[0]?.id ?? "")}"]`);
    if (row instanceof HTMLElement) row.focus();
  } catch (error) {
    if (mine === latest) setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

function draw() {
  byId("deliveries").replaceChildren(...deliveries.map(deliveryRow));
  byId("deliveries").hidden = deliveries.length === 0;
  // A page may be empty although later ones are not.
  byId("none").hidden = deliveries.length > 0 || cursor !== "";
  byId("more").hidden = !cursor;
}

function filter() {
  return { recipient: recipient.chosen?.userId ?? "", state: byId("state", HTMLSelectElement).value };
}

/** @param {string} value @param {string} text */
function option(value, text) {
  const made = make("option", "", text);
  made.value = value;
  return made;
}

byId("state").append(option("", t("notifications.log.any")), ...STATES.map(({ code, name }) => option(code, name)));
byId("state").addEventListener("change", () => void open());
byId("again").addEventListener("click", () => {
  showScreen("loading");
  void open();
});
byId("more").addEventListener("click", () => void more());
const user = requireSignIn();
if (user) {
  if (mayReadLog(user)) void open();
  else showScreen("closed");
}
