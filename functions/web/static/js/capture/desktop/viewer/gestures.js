/** What a mouse, fingers and a trackpad ask of a stage. */

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{zoom: (factor: number, at: Point) => void, pan: (by: Point) => void, toggle: (at: Point) => void,
 *   takes: (event: PointerEvent) => boolean}} GestureHandlers `takes` says whether a tool wants the pointer
 */

/** How much one pixel of a wheel zooms, and one of a trackpad's pinch, which is a wheel with Ctrl in small steps. */
const WHEEL = 0.002;
const PINCH = 0.01;

/** Some mice send huge steps. */
const LARGEST_STEP = 120;

/**
 * @param {HTMLElement} element
 * @param {GestureHandlers} handlers
 * @param {AbortSignal} signal ends it
 */
export function followGestures(element, handlers, signal) {
  /** Where each finger or the mouse is. @type {Map<number, Point>} */
  const pointers = new Map();
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
    const step = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, pixels));
    handlers.zoom(Math.exp(-step * (event.ctrlKey ? PINCH : WHEEL)), placeOn(element, event));
  }, { signal, passive: false });
  element.addEventListener("dblclick", (event) => handlers.toggle(placeOn(element, event)), { signal });
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("button"))) return;
    if (pointers.size === 0 && handlers.takes(event)) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, placeOn(element, event));
    element.classList.add("dragged");
  }, { signal });
  element.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = placeOn(element, event);
    pointers.set(event.pointerId, now);
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    if (!other) return handlers.pan({ x: now.x - before.x, y: now.y - before.y });
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    handlers.zoom(distance(now, other) / Math.max(1, distance(before, other)), middle);
  }, { signal });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
    element.addEventListener(type, (event) => {
      pointers.delete(event.pointerId);
      if (!pointers.size) element.classList.remove("dragged");
    }, { signal });
  }
}

/**
 * @param {HTMLElement} element
 * @param {MouseEvent} event
 * @returns {Point} in CSS pixels from the element's upper left corner
 */
export function placeOn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left - element.clientLeft, y: event.clientY - top - element.clientTop };
}

/** @param {Point} one @param {Point} other */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
