/** Several photos in one ZIP file, made in the browser. Loaded when it is asked for. */
import { downloadZip } from "client-zip";
import { drawnPicture } from "./drawn-file.js";
import { fileOf } from "./files.js";

/**
 * @param {import("./files.js").Photo[]} photos
 * @param {(photo: import("./files.js").Photo) => Promise<import("openapi").Edits>} findEdits
 * @param {(done: number) => void} onProgress
 * @returns {Promise<Blob>} each photo as it was taken, and beside it as it was edited, if it was; rejected if any of them
 *   could not be loaded, because a part would pass for all
 */
export async function zipOf(photos, findEdits, onProgress) {
  async function* files() {
    let done = 0;
    for (const photo of photos) {
      const file = await fileOf(photo);
      yield file;
      if (photo.editsVersion) {
        const name = file.name.replace(/\.[a-z0-9]+$/, "-edited.jpg");
        yield { ...file, name, input: await drawnPicture(file.input, await findEdits(photo)) };
      }
      done += 1;
      onProgress(done);
    }
  }
  return await downloadZip(files()).blob();
}
