/**
 * Whether a file is a complete picture. Browsers decode what is there of a cut JPEG and leave the rest grey or white, so
 * a decoder does not tell. The server checks what arrives in the same way (`capture/image_formats.py`).
 */

const HEAD_BYTES = 256 * 1024;
const TAIL_BYTES = 4 * 1024;
const JPEG_END = [0xff, 0xd9];
const PNG_END = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]; // IEND and its checksum

/**
 * @param {Blob} file
 * @returns {Promise<boolean>} true also for types that are not known here: their decoder decides
 */
export async function isComplete(file) {
  const head = await bytes(file, 0, HEAD_BYTES);
  if (startsWith(head, [0xff, 0xd8, 0xff])) return jpeg(file, head);
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47])) return has(await bytes(file, 0, file.size), PNG_END, 8);
  if (text(head, 0) === "RIFF" && text(head, 8) === "WEBP") return 8 + number(head, 4, true) <= file.size;
  if (text(head, 4) === "ftyp") return boxes(file);
  return true;
}

/** @param {Blob} file @param {Uint8Array} head */
async function jpeg(file, head) {
  const scan = scanStart(head);
  // A preview among the metadata has an end of its own, so only an end behind the metadata counts.
  const tail = Math.max(scan, file.size - TAIL_BYTES);
  if (scan && has(await bytes(file, tail, file.size), JPEG_END, 0)) return true;
  const all = await bytes(file, 0, file.size);
  return has(all, JPEG_END, scanStart(all) || all.length);
}

/** Where a JPEG's pixels begin; 0 if its segments do not lead there. @param {Uint8Array} head */
function scanStart(head) {
  let at = 2;
  while (at + 4 <= head.length && head[at] === 0xff) {
    const marker = head[at + 1];
    at += marker === 0xff ? 1 : 2 + head[at + 2] * 256 + head[at + 3];
    if (marker === 0xda) return at;
  }
  return 0;
}

/** Whether the boxes of an HEIC or AVIF file end where it ends. @param {Blob} file */
async function boxes(file) {
  let at = 0;
  while (at + 8 <= file.size) {
    const box = await bytes(file, at, at + 16);
    let length = number(box, 0, false);
    if (length === 0) return true; // up to the end
    if (length === 1) length = number(box, 8, false) * 2 ** 32 + number(box, 12, false);
    at += Math.max(length, 8);
  }
  return at === file.size;
}

/** @param {Blob} file @param {number} start @param {number} end */
async function bytes(file, start, end) {
  return new Uint8Array(await file.slice(start, end).arrayBuffer());
}

/** @param {Uint8Array} data @param {readonly number[]} start */
function startsWith(data, start) {
  return start.every((value, at) => data[at] === value);
}

/** Looks from the end, where it almost always is. @param {Uint8Array} data @param {readonly number[]} mark @param {number} from */
function has(data, mark, from) {
  for (let at = data.lastIndexOf(mark[0]); at >= from; at = at > 0 ? data.lastIndexOf(mark[0], at - 1) : -1) {
    if (mark.every((value, place) => data[at + place] === value)) return true;
  }
  return false;
}

/** @param {Uint8Array} data @param {number} at */
function text(data, at) {
  return String.fromCharCode(...data.subarray(at, at + 4));
}

/** @param {Uint8Array} data @param {number} at @param {boolean} little */
function number(data, at, little) {
  return at + 4 <= data.length ? new DataView(data.buffer, data.byteOffset).getUint32(at, little) : 0;
}
