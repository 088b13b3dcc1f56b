/** A photo on a stage as it was edited: turned, cropped and drawn upon. */
import { UNCROPPED } from "../viewer/geometry.js";
import { drawingOf } from "./drawing.js";
import { NO_EDITS } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Edits} Edits
 * @typedef {{imageId: string, editsVersion: number}} Version
 */

export class EditedPhoto {
  #stage;
  #find;
  #onFailed;
  #imageId = "";
  #version = -1;
  /** @type {Edits} */
  #edits = NO_EDITS;
  /** Turned to be looked at, without an edit. @type {import("./shapes.js").Rotation} */
  #turn = 0;
  #given = false;

  /**
   * @param {import("../viewer/stage.js").Stage} stage
   * @param {HTMLImageElement} image on it
   * @param {(photo: Version) => Promise<Edits>} find
   * @param {(failed: boolean) => void} [onFailed] tells whether the edits could not be loaded
   */
  constructor(stage, image, find, onFailed = () => {}) {
    this.#stage = stage;
    this.#find = find;
    this.#onFailed = onFailed;
    image.addEventListener("load", () => this.draw());
  }

  get edits() {
    return this.#edits;
  }

  get turn() {
    return this.#turn;
  }

  set turn(turn) {
    this.#turn = turn;
    this.draw();
  }

  /** Leaves the stage to an editor, or takes it back. @param {boolean} given */
  set given(given) {
    this.#given = given;
    this.draw();
  }

  /** @param {Version} photo */
  show({ imageId, editsVersion }) {
    if (imageId === this.#imageId && editsVersion === this.#version) return;
    if (imageId !== this.#imageId) {
      this.#turn = 0;
      this.#take(imageId, 0, NO_EDITS);
    }
    this.#version = editsVersion;
    if (!editsVersion) return this.#take(imageId, 0, NO_EDITS);
    const current = () => imageId === this.#imageId && editsVersion === this.#version;
    this.#find({ imageId, editsVersion }).then(
      (edits) => current() && this.#take(imageId, editsVersion, edits),
      () => {
        if (!current()) return;
        this.#version = -1; // the next list tries again
        this.#onFailed(true);
      },
    );
  }

  /** Shows edits just saved. @param {number} version @param {Edits} edits */
  saved(version, edits) {
    this.#take(this.#imageId, version, edits);
  }

  draw() {
    if (this.#given) return;
    const { rotation, crop } = this.#edits;
    const shown = /** @type {import("./shapes.js").Rotation} */ ((rotation + this.#turn) % 360);
    this.#stage.show({ rotation: shown, crop: crop ?? UNCROPPED });
    const drawable = this.#stage.original.width > 0 && this.#edits.shapes.length > 0;
    this.#stage.cover(drawable ? drawingOf({ ...this.#edits, rotation: shown }, this.#stage.original) : null);
  }

  /** @param {string} imageId @param {number} version @param {Edits} edits */
  #take(imageId, version, edits) {
    this.#imageId = imageId;
    this.#version = version;
    this.#edits = edits;
    this.#onFailed(false);
    this.draw();
  }
}
