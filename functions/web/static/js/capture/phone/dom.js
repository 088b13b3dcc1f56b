/** Helpers for the DOM that screens share: elements, the status line, and the confirmation dialog. */

/**
 * An element of capture.html by its id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`capture.html has no #${id}`);
  return /** @type {T} */ (found);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} [properties]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function trashIcon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 7h16M10 4h4M6 7l1 13h10l1-13M10 11v5M14 11v5");
  svg.append(path);
  return svg;
}

/**
 * @param {string} label
 * @param {string} className
 * @param {() => void} onPress
 */
export function deleteButton(label, className, onPress) {
  const button = element("button", { type: "button", className: `button plain icon-only ${className}` }, [trashIcon()]);
  button.ariaLabel = label;
  button.addEventListener("click", onPress);
  return button;
}

/**
 * @param {HTMLElement} place
 * @param {readonly string[]} texts
 * @param {"warn" | "danger"} kind
 */
export function showMessages(place, texts, kind) {
  const shown = [...place.children].map((child) => child.textContent).join("\n");
  if (shown === texts.join("\n")) return; // or a screen reader would repeat it
  place.replaceChildren(...texts.map((text) => element("p", { className: `notice ${kind}`, textContent: text })));
}

/**
 * @param {HTMLElement} place
 * @param {import("./queue.js").PhotoQueue} queue
 * @param {readonly import("./photo.js").Photo[]} shown
 */
export function showThumbnails(place, queue, shown) {
  place.replaceChildren(
    ...shown.map((photo) => element("li", {}, [element("img", { src: queue.urlOf(photo), alt: "" })])),
  );
}

/**
 * Announces a text to screen readers, once.
 * @param {string} text
 */
export function announce(text) {
  const status = byId("status");
  if (status.textContent !== text) status.textContent = text;
}

/** Answers the question that was asked last, unless it has been answered. */
let answer = () => {};

/**
 * Asks before something is lost.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
export function confirm(question) {
  /** @type {HTMLDialogElement} */
  const dialog = byId("confirm");
  if (dialog.open) return Promise.resolve(false); // a second tap on what opened it
  answer();
  /** @type {HTMLButtonElement} */
  const sure = byId("confirm-yes");
  sure.disabled = true; // the second tap of a double tap may land here
  setTimeout(() => (sure.disabled = false), 300);
  byId("confirm-title").textContent = question;
  return new Promise((resolve) => {
    dialog.returnValue = "";
    answer = () => resolve(dialog.returnValue === "yes");
    sure.onclick = () => dialog.close("yes");
    byId("confirm-no").onclick = () => dialog.close("");
    dialog.onclose = () => dialog.open || answer(); // the event of the question before may be late
    dialog.showModal();
    byId("confirm-no").focus();
  });
}
