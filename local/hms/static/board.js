/** The page of the stand-in: what is going on in its rooms, which webhooks it sent, and what shall go wrong. */

/**
 * @typedef {{name: string, enabled: boolean, recording: boolean, peers: {role: string, connected: boolean}[]}} Room
 * @typedef {{type: string, at: string, outcome: string, attempts: number[], room: string, detail: string}} Webhook
 */

const EVERY_MS = 1500;
const form = /** @type {HTMLFormElement} */ (document.querySelector("#switches"));
const answer = /** @type {HTMLElement} */ (document.querySelector("#answer"));

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
function element(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

/** @param {Room} room */
function roomLine(room) {
  const line = element("li", "");
  line.append(element("code", room.name), element("span", room.enabled ? "" : "locked", "muted"));
  if (room.recording) line.append(element("span", "recording", "bad"));
  for (const peer of room.peers) {
    const cut = element("button", peer.connected ? `Cut ${peer.role} off` : `${peer.role} is cut off`, "quiet");
    /** @type {HTMLButtonElement} */ (cut).disabled = !peer.connected;
    cut.onclick = () => post("/hms/drop", { room: room.name, role: peer.role });
    line.append(cut);
  }
  if (!room.peers.length) line.append(element("span", "empty", "muted end"));
  return line;
}

/** @param {Webhook} webhook */
function webhookLine(webhook) {
  const line = element("li", "");
  const outcome = `${webhook.outcome} ${webhook.attempts.map((status) => status || "no answer").join(", ")}`;
  line.append(
    element("time", new Date(webhook.at).toLocaleTimeString()),
    element("span", webhook.type),
    element("code", webhook.room),
    element("span", webhook.detail, "muted"),
    element("span", outcome, webhook.outcome === "received" ? "end muted" : "end bad"),
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
  const faults = await post("/hms/faults", wanted);
  if (faults) {
    showFaults(faults);
    answer.textContent = "Applied.";
  }
});

form.addEventListener("reset", async (event) => {
  event.preventDefault();
  showFaults(await (await fetch("/hms/faults", { method: "DELETE" })).json());
  answer.textContent = "Nothing goes wrong any more.";
});

async function look() {
  try {
    const state = await (await fetch("/hms/state?limit=30")).json();
    fill("#rooms", state.rooms.map(roomLine));
    fill("#webhooks", state.webhooks.map(webhookLine));
  } catch {
    answer.textContent = "The stand-in does not answer.";
  }
  setTimeout(look, EVERY_MS);
}

async function start() {
  showFaults(await (await fetch("/hms/faults")).json());
  await look();
}

void start();
