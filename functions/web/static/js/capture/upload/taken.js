/** When a photo was taken: from its EXIF data, which compression removes, or else from the file. */

/** EXIF data stands within this many bytes of a file. */
const HEAD_BYTES = 256 * 1024;

/** A camera that lost its clock says 1970 or 1980. In Unix milliseconds. */
const EARLIEST = Date.UTC(2000);

/** EXIF tags. */
const EXIF_IFD = 0x8769;
const TIME = 0x9003;
const ZONE = 0x9011;
const FRACTION = 0x9291;

/**
 * @param {File} file as the camera or the gallery gave it
 * @param {number} now by the clock here, in Unix milliseconds, like every time of a camera
 * @returns {Promise<number>} Unix milliseconds by the clock here, never later than `now`
 */
export async function takenAt(file, now) {
  const times = [exifTime(await file.slice(0, HEAD_BYTES).arrayBuffer()), file.lastModified, now];
  return Math.min(now, times.find((at) => at !== null && at >= EARLIEST) ?? now);
}

/**
 * Finds EXIF data by its mark, wherever the format (JPEG, HEIC, WebP) keeps it.
 * @param {ArrayBuffer} head of the file
 * @returns {number | null} Unix milliseconds of DateTimeOriginal; a time without a zone is in the local one
 */
export function exifTime(head) {
  const view = new DataView(head);
  for (let at = 0; at + 14 <= view.byteLength; at += 1) {
    if (view.getUint8(at) !== 0x45 || view.getUint32(at) !== 0x45786966 || view.getUint16(at + 4) !== 0) continue; // "Exif"
    try {
      return originalTime(new DataView(head, at + 6));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // cut off or malformed
      return null;
    }
  }
  return null;
}

/** @param {DataView} tiff */
function originalTime(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  /** The values of a directory by tag. @param {number} start */
  const directory = (start) => {
    /** @type {Map<number, number>} */
    const places = new Map();
    for (let n = 0; n < tiff.getUint16(start, little); n += 1) {
      const entry = start + 2 + 12 * n;
      places.set(tiff.getUint16(entry, little), entry);
    }
    return places;
  };
  const pointer = directory(tiff.getUint32(4, little)).get(EXIF_IFD);
  if (pointer === undefined) return null;
  const entries = directory(tiff.getUint32(pointer + 8, little));
  /** @param {number} tag */
  const text = (tag) => {
    const entry = entries.get(tag);
    if (entry === undefined) return "";
    const length = tiff.getUint32(entry + 4, little);
    const start = length > 4 ? tiff.getUint32(entry + 8, little) : entry + 8;
    return String.fromCharCode(...Array.from({ length: Math.min(length, 32) }, (_, n) => tiff.getUint8(start + n)));
  };
  const time = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text(TIME));
  if (!time) return null;
  const [year, month, day, hour, minute, second] = time.slice(1).map(Number);
  const ms = Math.floor(Number(`0.${/^\d+/.exec(text(FRACTION))?.[0] ?? 0}`) * 1000);
  const zone = /^([+-])(\d\d):(\d\d)/.exec(text(ZONE));
  if (!zone) return new Date(year, month - 1, day, hour, minute, second, ms).getTime();
  const east = (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  return Date.UTC(year, month - 1, day, hour, minute - east, second, ms);
}
