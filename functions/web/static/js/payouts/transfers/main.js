/** The page on which administrators of the system decide on transfers to practitioners. */
import { requireSignIn } from "../../app.js";
import { byId, make, setText, showScreen } from "../../shell/dom.js";
import { download } from "../../shell/download.js";
import { errorMessage } from "../../shell/error-messages.js";
import { locale, t } from "../../shell/messages.js";
import { isSystemAdmin } from "../../shell/users.js";
import { getLedger, listFacilityNames, listTransfers } from "../api.js";
import { Decisions } from "./decisions.js";
import { transferRow } from "./row.js";
import { STATES } from "./states.js";

/** @typedef {import("../api.js").Transfer} Transfer */

/** So many months of the ledger are offered. */
const MONTHS = 24;

/** @type {Map<string, string>} */
let facilities = new Map();
/** @type {Transfer[]} */
let transfers = [];
let cursor = "";
/** Only the answer to the latest question is shown. */
let latest = 0;
/** Whether it is known if the payment provider has refused anything. */
let looked = false;
const decisions = new Decisions(decided);

async function open() {
  const mine = ++latest;
  showScreen("loading");
  setText("said", "");
  try {
    if (!looked) await beginWithRefused();
    const [names, page] = await Promise.all([listFacilityNames(), listTransfers(state(), "")]);
    if (mine !== latest) return;
    facilities = names;
    transfers = page.transfers;
    cursor = page.cursor ?? "";
    draw();
    showScreen("transfers");
  } catch (error) {
    if (mine !== latest) return;
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

/** Shows first what the payment provider refused, if there is any: nobody else looks after it. */
async function beginWithRefused() {
  const { transfers: refused } = await listTransfers("refused", "");
  byId("state", HTMLSelectElement).value = refused.length ? "refused" : "due";
  looked = true;
}

async function more() {
  const mine = latest;
  const button = byId("more", HTMLButtonElement);
  button.disabled = true;
  setText("said", "");
  try {
    const page = await listTransfers(state(), cursor);
    if (mine !== latest) return;
    const known = new Set(transfers.map(({ transferId }) => transferId));
    const added = page.transfers.filter(({ transferId }) => !known.has(transferId));
    transfers.push(...added);
    cursor = page.cursor ?? "";
    draw();
    if (added[0]) focusRow(added[0].transferId);
  } catch (error) {
    if (mine === latest) setText("said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

function draw() {
  byId("transfers").replaceChildren(...transfers.map((transfer) => transferRow(transfer, facilities, decisions)));
  byId("none").hidden = transfers.length > 0;
  byId("more").hidden = !cursor;
}

/** @param {Transfer} transfer @param {string} said */
function decided(transfer, said) {
  const stays = transfer.state === state();
  transfers = transfers.flatMap((one) => (one.transferId !== transfer.transferId ? [one] : stays ? [transfer] : []));
  draw();
  setText("said", said);
  if (stays) focusRow(transfer.transferId);
  else byId("transfers-title").focus();
}

/** @param {string} id */
function focusRow(id) {
  const row = document.querySelector(`[data-transfer="${CSS.escape(id)}"]`);
  if (row instanceof HTMLElement) row.focus();
}

/** @returns {Transfer["state"]} the one that is shown */
function state() {
  const { value } = byId("state", HTMLSelectElement);
  return STATES.find(({ code }) => code === value)?.code ?? "due";
}

async function exportLedger() {
  const button = byId("ledger-export", HTMLButtonElement);
  const month = byId("month", HTMLSelectElement).value;
  button.disabled = true;
  setText("ledger-said", t("shell.loading"));
  try {
    download(await getLedger(month), `ledger-${month}.csv`, "text/csv");
    setText("ledger-said", "");
  } catch (error) {
    setText("ledger-said", errorMessage(error));
  } finally {
    button.disabled = false;
  }
}

/** The ledger's months are those of UTC. @param {Date} now */
function drawMonths(now) {
  const options = Array.from({ length: MONTHS }, (_, ago) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago));
    return option(month.toISOString().slice(0, 7), month.toLocaleDateString(locale, { month: "long", year: "numeric", timeZone: "UTC" }));
  });
  byId("month", HTMLSelectElement).replaceChildren(...options);
}

/** @param {string} value @param {string} text */
function option(value, text) {
  const element = make("option", "", text);
  element.value = value;
  return element;
}

byId("state").replaceChildren(...STATES.map(({ code, display }) => option(code, display)));
byId("state").addEventListener("change", () => void open());
byId("more").addEventListener("click", () => void more());
byId("again").addEventListener("click", () => void open());
byId("ledger").addEventListener("submit", (event) => {
  event.preventDefault();
  void exportLedger();
});
drawMonths(new Date());
const user = requireSignIn();
if (user) {
  if (isSystemAdmin(user)) void open();
  else showScreen("closed");
}
