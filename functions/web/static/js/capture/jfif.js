/**
 * The small picture that a photo carries in its first bytes: JFIF's extension "JFXX" (JFIF 1.02, "thumbnail coded using
 * JPEG"), which stands behind the segment that begins every JPEG of a canvas. Decoders of photos pass over it.
 */

/** A small picture's longest side in pixels, and its size in bytes. */
export const THUMBNAIL_SIDE = 480;
export const THUMBNAIL_MAX_BYTES = 24 * 1024;

/** With so many of a photo's first bytes its small picture is there: the two segments' headers are 28 bytes long. */
export const HEAD_BYTES = THUMBNAIL_MAX_BYTES + 64;

const JFIF = "JFIF\0";
const JFXX = "JFXX\0";
const CODED_AS_JPEG = 0x10;

/**
 * @param {Blob} photo
 * @param {Blob} thumbnail at most THUMBNAIL_MAX_BYTES, a JPEG like the photo
 * @returns {Promise<Blob>} the photo with its small picture in it, or as it was if its first bytes are unexpected
 */
export async function withThumbnail(photo, thumbnail) {
  const [bytes, small] = await Promise.all([photo, thumbnail].map(async (file) => new Uint8Array(await file.arrayBuffer())));
  const [end, begin] = [endOfSegment(bytes, 2, JFIF), endOfSegment(small, 2, JFIF)];
  if (!end || !begin) return photo;
  bytes.set([1, 2], 11); // the version: before 1.02 there was no extension
  // A small picture in a photo has no such segment of its own.
  const content = [small.subarray(0, 2), small.subarray(begin)];
  const length = 8 + small.length - begin + 2;
  const head = [0xff, 0xe0, length >> 8, length & 0xff, ...[...JFXX].map((letter) => letter.charCodeAt(0)), CODED_AS_JPEG];
  return new Blob([bytes.subarray(0, end), new Uint8Array(head), ...content, bytes.subarray(end)], { type: photo.type });
}

/**
 * @param {Uint8Array<ArrayBuffer>} head of a photo
 * @returns {Blob | null} the small picture in it
 */
export function thumbnailIn(head) {
  const start = endOfSegment(head, 2, JFIF);
  const end = start && endOfSegment(head, start, JFXX);
  if (!end || end > head.length || head[start + 9] !== CODED_AS_JPEG) return null;
  return new Blob([head.subarray(start + 10, end)], { type: "image/jpeg" });
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {string} name
 * @returns {number} where the application segment of this name ends that begins there; 0 if there is none
 */
function endOfSegment(bytes, start, name) {
  const isNamed = bytes[start] === 0xff && bytes[start + 1] === 0xe0 && [...name].every((letter, at) => bytes[start + 4 + at] === letter.charCodeAt(0));
  return isNamed ? start + 2 + bytes[start + 2] * 256 + bytes[start + 3] : 0;
}
