/**
 * What can be done with an open photo beside its details: look closely, turn it, compare it, edit it. Loaded with the
 * first photo that is opened, so it may import only modules without state of their own.
 */
import { announce, make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { EditedPhoto } from "./editor/edited-photo.js";
import { Editor } from "./editor/editor.js";
import { pictureButton } from "./viewer/controls.js";
import { Comparison } from "./viewer/comparison.js";
import { turned } from "./viewer/geometry.js";
import { STEP, Stage } from "./viewer/stage.js";

/**
 * @typedef {import("./images.js").NumberedPhoto} Photo
 * @typedef {{dialog: HTMLElement, figure: HTMLElement, image: HTMLImageElement, tools: HTMLElement}} PhotoPlaces
 * @typedef {Pick<import("./edits.js").PhotoEdits, "find" | "of">} Edits
 * @typedef {{photos: () => Photo[], refresh: () => void, edits: Edits}} PhotoDeskHandlers
 */

export class PhotoDesk {
  #places;
  #handlers;
  #stage;
  #edited;
  #zoom = make("output", "photo-zoom small");
  #note = make("p", "photo-note small");
  #imageId = "";
  #compare;
  #edit;
  #looking;
  /** @type {Comparison | null} */
  #comparison = null;
  /** @type {Editor | null} */
  #editor = null;

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
      this.#editor?.redraw();
    });
    const failed = t("capture.viewer.drawn-failed");
    this.#edited = new EditedPhoto(this.#stage, image, handlers.edits.find, (fails) => this.#say(fails ? failed : ""));
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", t("capture.viewer.label"));
    image.addEventListener("load", () => this.#drawZoom());
    this.#compare = pictureButton("compare", t("capture.viewer.compare"), "c", () => this.#toggleComparison());
    this.#compare.setAttribute("aria-pressed", "false");
    this.#edit = pictureButton("edit", t("capture.viewer.edit"), "e", () => void this.#startEditing());
    this.#note.setAttribute("role", "status");
    this.#looking = [
      pictureButton("farther", t("capture.viewer.zoom-out"), "-", () => this.#active.zoomBy(1 / STEP)),
      this.#zoom,
      pictureButton("closer", t("capture.viewer.zoom-in"), "+", () => this.#active.zoomBy(STEP)),
      pictureButton("fit", t("capture.viewer.whole"), "0", () => this.#active.fit()),
      pictureButton("left", t("capture.viewer.turn-left"), "Shift+R", () => this.#turn(-1)),
      pictureButton("right", t("capture.viewer.turn-right"), "r", () => this.#turn(1)),
      this.#compare,
      this.#edit,
      this.#note,
    ];
    tools.replaceChildren(...this.#looking);
    tools.hidden = false;
  }

  /** Whether the photo is being edited, and not all of it is saved. */
  get changed() {
    return Boolean(this.#editor?.changed);
  }

  stop() {
    this.discard();
    this.#endComparison();
    this.#stage.stop();
    this.#places.tools.replaceChildren();
    this.#places.tools.hidden = true;
  }

  /** Leaves the editor without saving. */
  discard() {
    this.#editor?.stop();
    if (this.#editor) this.#endEditing(null);
  }

  /** @param {Photo} photo */
  show(photo) {
    if (photo.imageId !== this.#imageId) {
      this.discard();
      this.#imageId = photo.imageId;
      this.#stage.fit();
    }
    if (!this.#editor) this.#edited.show(photo);
    this.#compare.disabled = this.#handlers.photos().length < 2;
    this.#edit.hidden = photo.committed || Boolean(photo.commitId);
    if (this.#comparison && !this.#comparison.offer(photo.imageId)) this.#endComparison();
  }

  /** Ends what is open beside the photo. @returns {boolean} whether there was anything */
  back() {
    if (this.#editor?.back()) return true;
    if (this.#editor && !this.changed) {
      this.discard();
      this.#edit.focus();
      return true;
    }
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
    if (this.#editor?.key(event)) return true;
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const stage = this.#active;
    /** @type {Record<string, () => void>} */
    const zooms = {
      "+": () => stage.zoomBy(STEP),
      "=": () => stage.zoomBy(STEP),
      "-": () => stage.zoomBy(1 / STEP),
      0: () => stage.fit(),
      1: () => stage.actualSize(),
    };
    /** @type {Record<string, () => void>} */
    const others = {
      r: () => this.#turn(1),
      R: () => this.#turn(-1),
      c: () => this.#compare.click(),
      e: () => this.#edit.click(),
    };
    const act = zooms[event.key] ?? (this.#editor ? undefined : others[event.key]);
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
    this.#zoom.textContent = percent ? t("capture.percent", { percent }) : "";
  }

  /** @param {string} text */
  #say(text) {
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }

  /** @param {1 | -1} quarters */
  #turn(quarters) {
    this.#edited.turn = turned(this.#edited.turn, quarters);
    this.#say(this.#edited.turn ? t("capture.viewer.turned") : "");
  }

  async #startEditing() {
    if (this.#editor || this.#edit.disabled || this.#edit.hidden || !this.#stage.scale) return;
    this.#endComparison();
    const imageId = this.#imageId;
    const calls = this.#handlers.edits.of(imageId);
    this.#edit.disabled = true;
    const current = await calls.current();
    this.#edit.disabled = false;
    if (imageId !== this.#imageId || !this.#places.tools.contains(this.#edit)) return;
    if ("failure" in current) return this.#say(t("capture.edits.not-loaded", { reason: current.failure }));
    this.#edited.turn = 0;
    this.#edited.given = true;
    const { dialog, figure, tools } = this.#places;
    dialog.classList.add("editing");
    this.#editor = new Editor({ stage: this.#stage, figure, tools }, current, calls, (saved) => this.#endEditing(saved));
  }

  /** @param {{edits: import("./edits.js").Edits, version: number} | null} saved */
  #endEditing(saved) {
    this.#editor = null;
    this.#places.dialog.classList.remove("editing");
    this.#places.tools.replaceChildren(...this.#looking);
    this.#edited.given = false;
    if (!saved) return;
    this.#edited.saved(saved.version, saved.edits);
    announce(t("capture.viewer.saved"));
    this.#edit.focus();
    this.#handlers.refresh();
  }

  #toggleComparison() {
    if (this.#comparison) return this.#endComparison();
    const { dialog, figure, tools } = this.#places;
    const { photos, refresh, edits } = this.#handlers;
    const comparison = new Comparison(this.#stage, photos, refresh, edits.find);
    if (!comparison.offer(this.#imageId)) return comparison.stop();
    this.#comparison = comparison;
    figure.after(comparison.element);
    tools.append(comparison.controls);
    dialog.classList.add("comparing");
    this.#compare.setAttribute("aria-pressed", "true");
    announce(t("capture.viewer.compare.told"));
  }

  #endComparison() {
    this.#comparison?.stop();
    this.#comparison = null;
    this.#places.dialog.classList.remove("comparing");
    this.#compare.setAttribute("aria-pressed", "false");
  }
}
