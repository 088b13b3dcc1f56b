/** Photos of a grid are put in order by dragging them with a mouse or pen, and by Alt with the arrow keys. */
import { onward } from "../../shell/messages.js";
import { putBefore, shifted } from "./arrangement.js";

/** CSS pixels before a press becomes a drag. */
const FAR = 8;

/**
 * @param {HTMLElement} grid of cards with `data-image-id`
 * @param {(ids: string[], moved: string) => void} onOrder
 * @param {AbortSignal} signal ends it
 */
export function arrangeByHand(grid, onOrder, signal) {
  const cards = () => [...grid.querySelectorAll("li")].filter((card) => !card.querySelector(".photo[aria-disabled]"));
  const idOf = (/** @type {HTMLElement} */ card) => card.dataset.imageId ?? "";
  const cardOf = (/** @type {EventTarget | null} */ target) =>
    target instanceof Element && target.closest(".photo") ? cards().find((card) => card.contains(target)) : undefined;

  grid.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -onward, ArrowUp: -1, ArrowRight: onward, ArrowDown: 1 }[event.key];
    const card = cardOf(event.target);
    if (!by || !card || !event.altKey) return;
    event.preventDefault();
    onOrder(shifted(cards().map(idOf), [idOf(card)], /** @type {1 | -1} */ (by)), idOf(card));
  }, { signal });

  grid.addEventListener("pointerdown", (event) => {
    const card = cardOf(event.target);
    // A finger scrolls.
    if (!card || event.button !== 0 || event.pointerType === "touch") return;
    drag(card, event);
  }, { signal });
  // The pictures' own drag would take the pointer.
  grid.addEventListener("dragstart", (event) => event.preventDefault(), { signal });

  /** @param {HTMLElement} card @param {PointerEvent} start */
  function drag(card, start) {
    const over = new AbortController();
    let dragging = false;
    /** @type {string | null | undefined} before which it would be put; undefined: nowhere */
    let before;
    const mark = (/** @type {HTMLElement | undefined} */ target, after = false) => {
      for (const each of grid.querySelectorAll(".drop-before, .drop-after")) each.classList.remove("drop-before", "drop-after");
      target?.classList.add(after ? "drop-after" : "drop-before");
    };
    const end = () => {
      over.abort();
      mark(undefined);
      card.classList.remove("dragged");
    };
    addEventListener("pointermove", (event) => {
      dragging ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > FAR;
      if (!dragging) return;
      card.classList.add("dragged");
      const target = cards().find((each) => within(each.getBoundingClientRect(), event));
      if (!target) return;
      const { left, width } = target.getBoundingClientRect();
      const after = (event.clientX - left - width / 2) * onward > 0;
      const next = cards()[cards().indexOf(target) + 1];
      before = after ? (next ? idOf(next) : null) : idOf(target);
      mark(target, after);
    }, { signal: over.signal });
    addEventListener("pointerup", () => {
      end();
      if (!dragging) return;
      // The click that follows would open the photo.
      grid.addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
      setTimeout(() => grid.dispatchEvent(new Event("click")));
      if (before !== undefined && before !== idOf(card)) onOrder(putBefore(cards().map(idOf), idOf(card), before), idOf(card));
    }, { signal: over.signal });
    addEventListener("pointercancel", end, { signal: over.signal });
    signal.addEventListener("abort", end, { signal: over.signal });
  }
}

/** @param {DOMRect} box @param {PointerEvent} event */
function within({ left, right, top, bottom }, { clientX, clientY }) {
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
