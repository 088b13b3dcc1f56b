/** Several photos in one ZIP file, made in the browser. Loaded when it is asked for. */
import { downloadZip } from "client-zip";
import { fileOf } from "./files.js";

/**
 * @param {import("./files.js").Photo[]} photos
 * @param {(done: number) => void} onProgress
 * @returns {Promise<Blob>} rejected if any of them could not be loaded, because a part would pass for all
 */
export async function zipOf(photos, onProgress) {
  async function* files() {
    let done = 0;
    for (const photo of photos) {
      yield await fileOf(photo);
      done += 1;
      onProgress(done);
    }
  }
  return await downloadZip(files()).blob();
}
