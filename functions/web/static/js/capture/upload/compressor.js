/** Compresses photos, one at a time: decoding two large pictures at once can crash a phone's tab. */

import { Undecodable, encode, makePreview } from "./encoder.js";

/** A worker that takes longer is terminated, in milliseconds. */
const WORKER_DEADLINE_MS = 45_000;

/** @typedef {(preview: Blob) => void} OnPreview */

/** @type {import("./encoder.js").Canvases} */
const CANVASES = {
  make: (width, height) => Object.assign(document.createElement("canvas"), { width, height }),
  toBlob: (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality)),
};

export class Compressor {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Worker | null} */
  #worker = null;
  #workerFails = typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined";

  /**
   * @param {Blob} file
   * @param {number | null} rate of the link, in bytes per second, if it is known
   * @param {OnPreview | null} [onPreview] called before the photo is encoded
   * @returns {Promise<Blob>} a JPEG under 1 MB, upright, with no metadata
   * @throws {Undecodable} this browser cannot read the file
   */
  compress(file, rate, onPreview = null) {
    const turn = this.#last.then(() => this.#compressOne(file, rate, onPreview));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** @returns {Promise<unknown>} when nothing is being compressed */
  idle() {
    return this.#last;
  }

  /** @param {Blob} file @param {number | null} rate @param {OnPreview | null} onPreview */
  async #compressOne(file, rate, onPreview) {
    return (await this.#inWorker(file, rate, onPreview)) ?? (await onPage(file, rate, onPreview));
  }

  /**
   * @param {Blob} file
   * @param {number | null} rate
   * @param {OnPreview | null} onPreview
   * @returns {Promise<Blob | null>} null when the worker cannot
   */
  #inWorker(file, rate, onPreview) {
    if (this.#workerFails) return Promise.resolve(null);
    const worker = (this.#worker ??= new Worker(new URL("./encode-worker.js", import.meta.url), { type: "module" }));
    return new Promise((resolve) => {
      const giveUp = () => {
        clearTimeout(timer);
        worker.terminate();
        this.#worker = null;
        this.#workerFails = true; // it would fail again, slowly
        resolve(null);
      };
      const timer = setTimeout(giveUp, WORKER_DEADLINE_MS);
      worker.onerror = giveUp;
      worker.onmessage = ({ data: { preview, photo } }) => {
        if (preview) onPreview?.(preview);
        if (photo === undefined) return;
        clearTimeout(timer);
        resolve(photo);
      };
      worker.postMessage({ file, rate, preview: onPreview !== null });
    });
  }
}

/**
 * The page's own decoder reads what some workers cannot (HEIC in Safari).
 * @param {Blob} file
 * @param {number | null} rate
 * @param {OnPreview | null} onPreview
 * @returns {Promise<Blob>}
 */
async function onPage(file, rate, onPreview) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {
      throw new Undecodable("no decoder");
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    const preview = onPreview && (await makePreview(image, width, height, CANVASES).catch(() => null));
    if (preview) onPreview?.(preview);
    return await encode(image, width, height, rate, CANVASES);
  } finally {
    URL.revokeObjectURL(url);
  }
}
