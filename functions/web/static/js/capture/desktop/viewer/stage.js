/** A photo on a stage, which zooms by wheel, pinch, double click and keys, and is dragged about. */
import { UNCROPPED, WHOLE, matrixOf, panned, pointOf, scaleOf, settle, zoomed } from "./geometry.js";
import { followGestures, placeOn } from "./gestures.js";

/**
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./geometry.js").View} View
 * @typedef {import("./geometry.js").Frame} Frame
 * @typedef {(event: PointerEvent, at: Point) => boolean} Tool gets what is pressed, and where on the original; returns
 *   whether it takes the pointer
 */

/** What a double click zooms to. */
const CLOSER = 2.5;

/** One press of a key or a button. */
export const STEP = 1.5;

/** CSS pixels by which an arrow key moves the photo. */
const NUDGE = 80;

/** @type {Record<string, Point>} */
const NUDGES = {
  ArrowLeft: { x: NUDGE, y: 0 },
  ArrowRight: { x: -NUDGE, y: 0 },
  ArrowUp: { x: 0, y: NUDGE },
  ArrowDown: { x: 0, y: -NUDGE },
};

export class Stage {
  #element;
  #image;
  #onView;
  /** @type {View} */
  #view = WHOLE;
  #frame = { rotation: /** @type {import("./geometry.js").Rotation} */ (0), crop: UNCROPPED };
  #stop = new AbortController();
  #resized;
  /** Drawn over the photo and moved with it: an SVG of the original's size. @type {SVGSVGElement | null} */
  #overlay = null;
  /** Gets the pointer instead of the stage while something is drawn. @type {Tool | null} */
  #tool = null;

  /**
   * @param {HTMLElement} element carries `data-state`, see ImageLoader
   * @param {HTMLImageElement} image
   * @param {(view: View) => void} onView after each change of the view
   */
  constructor(element, image, onView) {
    this.#element = element;
    this.#image = image;
    this.#onView = onView;
    element.classList.add("photo-stage");
    const { signal } = this.#stop;
    image.addEventListener("load", () => this.draw(), { signal });
    const handlers = {
      zoom: (/** @type {number} */ factor, /** @type {Point} */ at) => this.zoomBy(factor, at),
      pan: (/** @type {Point} */ by) => this.#ready && this.#change(panned(this.#view, by, this.#size, this.#whole)),
      toggle: (/** @type {Point} */ at) => this.#toggle(at),
      takes: (/** @type {PointerEvent} */ event) => this.#ready && Boolean(this.#tool?.(event, this.pointOf(event))),
    };
    followGestures(element, handlers, signal);
    this.#resized = new ResizeObserver(() => this.draw());
    this.#resized.observe(element);
  }

  stop() {
    this.#stop.abort();
    this.#resized.disconnect();
    this.#element.classList.remove("photo-stage");
    this.#image.removeAttribute("style");
    this.#overlay?.remove();
  }

  get view() {
    return this.#view;
  }

  /** Whether parts of the photo are out of view. */
  get isZoomed() {
    return this.#view.zoom > 1;
  }

  /** CSS pixels per pixel of the photo; 0 as long as it has not loaded. */
  get scale() {
    return this.#ready ? scaleOf(this.#view, this.#size, this.#whole) : 0;
  }

  /** The original's size in pixels; zeros as long as it has not loaded. */
  get original() {
    return { width: this.#image.naturalWidth, height: this.#image.naturalHeight };
  }

  /** The point of the original, from 0 to 1, in the middle of what is in view. */
  get middle() {
    const { width, height } = this.#size;
    return pointOf({ x: width / 2, y: height / 2 }, this.#view, this.#size, this.#whole);
  }

  /** @param {View} view */
  set view(view) {
    this.#view = view;
    this.draw();
  }

  /** @param {Tool | null} tool */
  set tool(tool) {
    this.#tool = tool;
    this.#element.classList.toggle("drawing", Boolean(tool));
  }

  /**
   * Turns or crops what is shown; the whole of it is in view then.
   * @param {Pick<Frame, "rotation" | "crop">} frame
   */
  show({ rotation, crop }) {
    const { rotation: before, crop: kept } = this.#frame;
    if (rotation === before && JSON.stringify(crop) === JSON.stringify(kept)) return;
    this.#frame = { rotation, crop };
    this.view = WHOLE;
    this.#onView(this.#view);
  }

  /** @param {SVGSVGElement | null} overlay */
  cover(overlay) {
    if (overlay === this.#overlay) return;
    this.#overlay?.remove();
    this.#overlay = overlay;
    if (overlay) this.#image.after(overlay);
    this.draw();
  }

  /** @param {number} factor @param {Point} [at] of the stage, else its middle */
  zoomBy(factor, at) {
    if (!this.#ready) return;
    const { width, height } = this.#size;
    this.#change(zoomed(this.#view, factor, at ?? { x: width / 2, y: height / 2 }, this.#size, this.#whole));
  }

  /** Shows one pixel of the photo as one of the screen, as CSS counts them. */
  actualSize() {
    if (this.scale) this.zoomBy(1 / this.scale);
  }

  fit() {
    this.#change(WHOLE);
  }

  /**
   * Moves a zoomed photo by an arrow key.
   * @param {string} key
   * @returns {boolean} whether it did
   */
  nudge(key) {
    const by = NUDGES[key];
    if (!by || !this.isZoomed) return false;
    this.#change(panned(this.#view, by, this.#size, this.#whole));
    return true;
  }

  /** Puts the photo where the view wants it. */
  draw() {
    if (!this.#ready) return;
    this.#view = settle(this.#view, this.#size, this.#whole);
    const { width, height, crop } = this.#whole;
    const matrix = `matrix(${matrixOf(this.#view, this.#size, this.#whole).join()})`;
    const edges = [crop.y, 1 - crop.x - crop.width, 1 - crop.y - crop.height, crop.x].map((edge) => `${edge * 100}%`);
    for (const each of [this.#image, this.#overlay]) {
      if (!each) continue;
      Object.assign(each.style, { width: `${width}px`, height: `${height}px`, transform: matrix });
      each.style.clipPath = crop === UNCROPPED ? "" : `inset(${edges[0]} ${edges[1]} ${edges[2]} ${edges[3]})`;
    }
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point} of the original, from 0 to 1
   */
  pointOf(event) {
    return pointOf(placeOn(this.#element, event), this.#view, this.#size, this.#whole);
  }

  get #ready() {
    return this.#image.naturalWidth > 0 && this.#element.clientWidth > 0 && this.#element.clientHeight > 0;
  }

  get #size() {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }

  /** @returns {Frame} */
  get #whole() {
    return { ...this.original, ...this.#frame };
  }

  /** @param {Point} at */
  #toggle(at) {
    if (this.#tool) return;
    if (this.isZoomed) this.fit();
    else this.zoomBy(CLOSER, at);
  }

  /** @param {View} view */
  #change(view) {
    this.view = view;
    this.#onView(this.#view);
  }
}
