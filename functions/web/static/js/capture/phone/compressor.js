/** Compresses photos, one at a time: decoding two large pictures at once can crash a phone's tab. */

import { Undecodable, encode } from "./encoder.js";

/** A worker that takes longer is terminated, in milliseconds. */
const WORKER_DEADLINE_MS = 45_000;

export class Compressor {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Worker | null} */
  #worker = null;
  #workerFails = typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined";

  /**
   * @param {Blob} file
   * @returns {Promise<Blob>} a JPEG under 1 MB, upright, with no metadata
   * @throws {Undecodable} this browser cannot read the file
   */
  compress(file) {
    const turn = this.#last.then(() => this.#compressOne(file));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** @returns {Promise<unknown>} when nothing is being compressed */
  idle() {
    return this.#last;
  }

  /** @param {Blob} file */
  async #compressOne(file) {
    return (await this.#inWorker(file)) ?? (await onPage(file));
  }

  /**
   * @param {Blob} file
   * @returns {Promise<Blob | null>} null when the worker cannot
   */
  #inWorker(file) {
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
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        resolve(data);
      };
      worker.postMessage(file);
    });
  }
}

/**
 * The page's own decoder reads what some workers cannot (HEIC in Safari).
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
async function onPage(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch(() => {
      throw new Undecodable("no decoder");
    });
    return await encode(image, image.naturalWidth, image.naturalHeight, {
      make: (width, height) => Object.assign(document.createElement("canvas"), { width, height }),
      toJpeg: (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality)),
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What to tell someone whose file could not be read. @param {string} name */
export function unreadable(name) {
  if (/\.hei[cf]$/i.test(name)) {
    return `“${name}” is an HEIC photo, which this browser can’t open. Take it here with “Take photo”, or save it as JPEG first.`;
  }
  return `“${name}” can’t be opened as a photo. Take it again, or choose a JPEG or PNG.`;
}
