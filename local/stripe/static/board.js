/** The page of the stand-in: who paid what, which webhooks it sent, and what shall go wrong. */

/**
 * @typedef {Record<string, any> & {id: string, object: string, created: number}} Thing
 * @typedef {{id: string, type: string, at: number, outcome: string, attempts: number[], about: string}} Sent
 */

const EVERY_MS = 1500;
const form = /** @type {HTMLFormElement} */ (document.querySelector("#switches"));
const answer = /** @type {HTMLElement} */ (document.querySelector("#answer"));

/** What can be done to an object in a state, by name, if at all. @type {Record<string, (thing: Thing) => [string, string, boolean][]>} */
const ACTIONS = {
  "checkout.session": ({ status }) => [
    ["pay", "Pay", status === "open"],
    ["decline", "Decline the card", status === "open"],
    ["takeVoucher", "Take a voucher", status === "open"],
    ["lapse", "Expire", status === "open"],
  ],
  payment_intent: ({ status, next_action: action, payment_method_options: options }) => [
    ["payVoucher", "The voucher's money arrives", Boolean(options.multibanco) && status !== "succeeded"],
    ["expireVoucher", "The voucher expires", Boolean(action)],
  ],
  charge: ({ paid, disputed, payment_method_details: method }) => [
    ["dispute", "Dispute", paid && !disputed && method.type === "card"],
  ],
  refund: ({ status }) => [
    ["settleRefund", "Let it succeed", status === "pending"],
    ["failRefund", "Let it fail", status !== "failed"],
  ],
  dispute: ({ status }) => [
    ["winDispute", "We win", status === "needs_response"],
    ["loseDispute", "We lose", status === "needs_response"],
  ],
  account: ({ payouts_enabled: ready }) => [
    ["restrict", "Restrict", ready],
    ["onboard", "Answer everything", !ready],
  ],
  "identity.verification_session": ({ status }) => [["verify", "Verify", status !== "verified"]],
};

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
function element(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

/** @param {Thing} thing */
function objectLine(thing) {
  const line = element("li", "");
  const amount = thing.amount ?? thing.amount_total;
  const state = [thing.status, thing.payment_status, thing.amount_refunded ? `refunded ${thing.amount_refunded}` : ""];
  line.append(
    element("time", new Date(thing.created * 1000).toLocaleTimeString()),
    element("span", thing.object),
    element("span", amount === undefined ? "" : `${amount} ${thing.currency}`),
    element("span", state.filter(Boolean).join(", "), "muted"),
  );
  for (const [name, text] of (ACTIONS[thing.object]?.(thing) ?? []).filter(([, , possible]) => possible)) {
    const button = element("button", text, "quiet");
    button.onclick = () => post("/stripe/do", { do: name, id: thing.id });
    line.append(button);
  }
  line.append(element("code", thing.id, "end"));
  return line;
}

/** @param {Sent} webhook */
function webhookLine(webhook) {
  const line = element("li", "");
  const outcome = `${webhook.outcome} ${webhook.attempts.map((status) => status || "no answer").join(", ")}`;
  const again = element("button", "Send again", "quiet");
  again.onclick = () => post("/stripe/do", { do: "resend", id: webhook.id });
  line.append(
    element("time", new Date(webhook.at).toLocaleTimeString()),
    element("span", webhook.type),
    element("code", webhook.about),
    element("span", outcome, webhook.outcome === "received" ? "end muted" : "end bad"),
    again,
  );
  return line;
}

/**
 * @param {string} id
 * @param {HTMLElement[]} lines
 */
function fill(id, lines) {
  const list = /** @type {HTMLElement} */ (document.querySelector(id));
  // What the reader is about to press must not be another element by then.
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...(lines.length ? lines : [element("li", "Nothing yet.", "muted")]));
}

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const found = await response.json();
  answer.textContent = response.ok ? "" : found.message;
  if (path === "/stripe/do") {
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    await look();
  }
  return response.ok ? found : null;
}

/** @param {Record<string, any>} faults */
function showFaults(faults) {
  for (const [name, value] of Object.entries(faults)) {
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (input.type === "checkbox") input.checked = value;
    else input.value = Array.isArray(value) ? value.join(" ") : String(value);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  /** @type {Record<string, any>} */
  const wanted = {};
  for (const input of form.querySelectorAll("input")) {
    wanted[input.name] = input.type === "checkbox" ? input.checked : Number(input.value || 0);
    if (Number.isNaN(wanted[input.name])) wanted[input.name] = input.value.trim().split(/[\s,]+/);
  }
  const faults = await post("/stripe/faults", wanted);
  if (faults) {
    showFaults(faults);
    answer.textContent = "Applied.";
  }
});

form.addEventListener("reset", async (event) => {
  event.preventDefault();
  showFaults(await (await fetch("/stripe/faults", { method: "DELETE" })).json());
  answer.textContent = "Nothing goes wrong any more.";
});

async function look() {
  try {
    const state = await (await fetch("/stripe/state?limit=30")).json();
    const things = /** @type {Thing[]} */ (Object.values(state.objects).flat());
    fill("#objects", things.sort((one, other) => other.created - one.created).map(objectLine));
    fill("#webhooks", state.webhooks.map(webhookLine));
  } catch {
    answer.textContent = "The stand-in does not answer.";
  }
}

async function watch() {
  await look();
  setTimeout(watch, EVERY_MS);
}

async function start() {
  showFaults(await (await fetch("/stripe/faults")).json());
  await watch();
}

void start();

export {};
