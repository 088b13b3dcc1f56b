/**
 * What can be done with an open photo beside its details: look closely, turn it, compare it. Loaded with the first photo
 * that is opened, so it may import only modules without state of their own.
 */
import { announce, make } from "../../shell/dom.js";
import { pictureButton } from "./viewer/controls.js";
import { Comparison } from "./viewer/comparison.js";
import { UNCROPPED, turned } from "./viewer/geometry.js";
import { STEP, Stage } from "./viewer/stage.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{dialog: HTMLElement, figure: HTMLElement, image: HTMLImageElement, tools: HTMLElement}} PhotoPlaces
 * @typedef {{photos: () => Photo[], refresh: () => void}} PhotoDeskHandlers
 */

export class PhotoDesk {
  #places;
  #handlers;
  #stage;
  #zoom = make("output", "photo-zoom small");
  #imageId = "";
  #compare;
  /** @type {import("./viewer/geometry.js").Rotation} */
  #rotation = 0;
  /** @type {Comparison | null} */
  #comparison = null;

  /**
   * @param {PhotoPlaces} places
   * @param {PhotoDeskHandlers} handlers
   */
  constructor(places, handlers) {
    this.#places = places;
    this.#handlers = handlers;
    const { figure, image, tools } = places;
    this.#stage = new Stage(figure, image, (view) => {
      this.#drawZoom();
      this.#comparison?.follow(view);
    });
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", "Photo. Plus and minus zoom, arrow keys move it when zoomed, 0 shows the whole.");
    image.addEventListener("load", () => this.#drawZoom());
    this.#compare = pictureButton("compare", "Compare with another photo", "c", () => this.#toggleComparison());
    this.#compare.setAttribute("aria-pressed", "false");
    tools.replaceChildren(
      pictureButton("farther", "Zoom out", "-", () => this.#active.zoomBy(1 / STEP)),
      this.#zoom,
      pictureButton("closer", "Zoom in", "+", () => this.#active.zoomBy(STEP)),
      pictureButton("fit", "Show the whole photo", "0", () => this.#active.fit()),
      pictureButton("left", "Turn left", "Shift+R", () => this.#turn(-1)),
      pictureButton("right", "Turn right", "r", () => this.#turn(1)),
      this.#compare,
    );
    tools.hidden = false;
  }

  stop() {
    this.#endComparison();
    this.#stage.stop();
    this.#places.tools.replaceChildren();
    this.#places.tools.hidden = true;
  }

  /** @param {Photo} photo */
  show({ imageId }) {
    if (imageId !== this.#imageId) {
      this.#imageId = imageId;
      this.#rotation = 0;
      this.#stage.show({ rotation: 0, crop: UNCROPPED });
      this.#stage.fit();
    }
    this.#compare.disabled = this.#handlers.photos().length < 2;
    if (this.#comparison && !this.#comparison.offer(imageId)) this.#endComparison();
  }

  /** Ends what is open beside the photo. @returns {boolean} whether there was anything */
  back() {
    if (!this.#comparison) return false;
    this.#endComparison();
    this.#compare.focus();
    return true;
  }

  /**
   * @param {KeyboardEvent} event outside of any field
   * @returns {boolean} whether it was for the photo
   */
  key(event) {
    const stage = this.#active;
    /** @type {Record<string, () => void>} */
    const keys = {
      "+": () => stage.zoomBy(STEP),
      "=": () => stage.zoomBy(STEP),
      "-": () => stage.zoomBy(1 / STEP),
      0: () => stage.fit(),
      1: () => stage.actualSize(),
      r: () => this.#turn(1),
      R: () => this.#turn(-1),
      c: () => this.#compare.click(),
    };
    const act = keys[event.key];
    if (act) act();
    return Boolean(act) || (this.#isOnStage && stage.nudge(event.key));
  }

  get #active() {
    return this.#comparison?.focused ?? this.#stage;
  }

  get #isOnStage() {
    return document.activeElement === this.#places.figure || Boolean(this.#comparison?.focused);
  }

  #drawZoom() {
    const percent = Math.round(this.#stage.scale * 100);
    this.#zoom.textContent = percent ? `${percent} %` : "";
  }

  /** @param {1 | -1} quarters */
  #turn(quarters) {
    this.#rotation = turned(this.#rotation, quarters);
    this.#stage.show({ rotation: this.#rotation, crop: UNCROPPED });
    announce(this.#rotation ? `Turned by ${this.#rotation} degrees.` : "Upright.");
  }

  #toggleComparison() {
    if (this.#comparison) return this.#endComparison();
    const { dialog, figure, tools } = this.#places;
    const comparison = new Comparison(this.#stage, this.#handlers.photos, this.#handlers.refresh);
    if (!comparison.offer(this.#imageId)) return comparison.stop();
    this.#comparison = comparison;
    figure.after(comparison.element);
    tools.append(comparison.controls);
    dialog.classList.add("comparing");
    this.#compare.setAttribute("aria-pressed", "true");
    announce("Two photos side by side.");
  }

  #endComparison() {
    this.#comparison?.stop();
    this.#comparison = null;
    this.#places.dialog.classList.remove("comparing");
    this.#compare.setAttribute("aria-pressed", "false");
  }
}
