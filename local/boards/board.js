/** What the pages of stand-ins share: what goes on, which webhooks were sent, and what shall go wrong. */

const EVERY_MS = 1500;

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
export function element(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

/**
 * @param {string} text
 * @param {() => unknown} act
 */
export function button(text, act) {
  const made = /** @type {HTMLButtonElement} */ (element("button", text, "quiet"));
  made.onclick = act;
  return made;
}

/**
 * @param {{type: string, at: string | number, outcome: string, attempts: number[]}} webhook
 * @param {Node[]} facts about it
 * @param {Node[]} acts that can be done with it
 */
export function webhookLine({ type, at, outcome, attempts }, facts, acts = []) {
  const line = element("li", "");
  const found = `${outcome} ${attempts.map((status) => status || "no answer").join(", ")}`;
  const end = element("span", found, outcome === "received" ? "end muted" : "end bad");
  line.append(element("time", new Date(at).toLocaleTimeString()), element("span", type), ...facts, end, ...acts);
  return line;
}

export class Board {
  #path;
  #lists;
  #form = /** @type {HTMLFormElement} */ (document.querySelector("#switches"));
  #answer = /** @type {HTMLElement} */ (document.querySelector("#answer"));

  /**
   * @param {string} path under which the stand-in is
   * @param {Record<string, (state: any) => HTMLElement[]>} lists what each list shows of the stand-in's state, by its selector
   */
  constructor(path, lists) {
    this.#path = path;
    this.#lists = lists;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#apply();
    });
    this.#form.addEventListener("reset", (event) => {
      event.preventDefault();
      void this.#reset();
    });
  }

  async start() {
    this.#showFaults(await (await fetch(`${this.#path}/faults`)).json());
    await this.#watch();
  }

  /**
   * @param {string} what
   * @param {object} body
   * @returns {Promise<any>} the answer; null for a refusal, which is shown
   */
  async post(what, body) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${this.#path}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await response.json();
    this.#answer.textContent = response.ok ? "" : found.message;
    return response.ok ? found : null;
  }

  /** Does something with what a list shows, and shows what came of it. @param {string} what @param {object} body */
  async act(what, body) {
    await this.post(what, body);
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    await this.#look();
  }

  async #watch() {
    await this.#look();
    setTimeout(() => void this.#watch(), EVERY_MS);
  }

  async #look() {
    try {
      const state = await (await fetch(`${this.#path}/state?limit=30`)).json();
      for (const [selector, lines] of Object.entries(this.#lists)) fill(selector, lines(state));
    } catch {
      this.#answer.textContent = "The stand-in does not answer.";
    }
  }

  async #apply() {
    /** @type {Record<string, any>} */
    const wanted = {};
    for (const input of this.#form.querySelectorAll("input")) {
      wanted[input.name] = input.type === "checkbox" ? input.checked : Number(input.value || 0);
      if (Number.isNaN(wanted[input.name])) wanted[input.name] = input.value.trim().split(/[\s,]+/);
    }
    const faults = await this.post("faults", wanted);
    if (!faults) return;
    this.#showFaults(faults);
    this.#answer.textContent = "Applied.";
  }

  async #reset() {
    this.#showFaults(await (await fetch(`${this.#path}/faults`, { method: "DELETE" })).json());
    this.#answer.textContent = "Nothing goes wrong any more.";
  }

  /** @param {Record<string, any>} faults */
  #showFaults(faults) {
    for (const [name, value] of Object.entries(faults)) {
      const input = /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name));
      if (input.type === "checkbox") input.checked = value;
      else input.value = Array.isArray(value) ? value.join(" ") : String(value);
    }
  }
}

/**
 * @param {string} selector
 * @param {HTMLElement[]} lines
 */
function fill(selector, lines) {
  const list = /** @type {HTMLElement} */ (document.querySelector(selector));
  // What the reader is about to press must not be another element by then.
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...(lines.length ? lines : [element("li", "Nothing yet.", "muted")]));
}
