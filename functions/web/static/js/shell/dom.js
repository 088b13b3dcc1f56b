/** Finds, creates and updates elements. Used by all pages but the phone's. */

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [type]
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof (type ?? HTMLElement))) throw new Error(`The page has no such element: ${id}`);
  return /** @type {T} */ (element);
}

/**
 * Sets a text only when it differs, so that screen readers do not repeat it.
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Sets a text that is cut off where there is no room for it; pointing at it shows the whole.
 * @param {string} id
 * @param {string} text
 */
export function setCutText(id, text) {
  setText(id, text);
  byId(id).title = text;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/**
 * @param {string} name of a symbol in the page
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Announces a text to screen readers.
 * @param {string} text
 */
export function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * Shows one screen and moves the focus to its heading.
 * @param {string} name
 */
export function showScreen(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) {
    if (screen instanceof HTMLElement) screen.hidden = screen.dataset.screen !== name;
  }
  const heading = document.querySelector(`[data-screen="${name}"] h1`);
  if (heading instanceof HTMLElement) heading.focus();
}

/**
 * Shows an error under a field, or removes it.
 * @param {string} name the field's id; its message is in `{name}-error`
 * @param {string} text empty when all is well
 */
export function showFieldError(name, text) {
  const input = document.getElementById(name);
  const error = document.getElementById(`${name}-error`);
  if (!input || !error) return;
  input.setAttribute("aria-invalid", String(Boolean(text)));
  error.textContent = text;
  error.hidden = !text;
}
