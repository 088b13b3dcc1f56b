// When a photo was taken: EXIF of any byte order, in any container, whole or cut off.

import assert from "node:assert/strict";
import { test } from "node:test";

import { exifTime, takenAt } from "../../../functions/web/static/js/capture/upload/taken.js";

const NOW = Date.UTC(2026, 10, 21, 2, 31, 52);

/** EXIF with these texts by tag, after some other bytes, as cameras write it. */
function exif(texts, { little = true, before = 20 } = {}) {
  const bytes = new Uint8Array(400);
  bytes.set(new TextEncoder().encode("Exif"), before);
  const tiff = before + 6;
  const view = new DataView(bytes.buffer, tiff);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  const directory = (start, entries) => {
    view.setUint16(start, entries.length, little);
    entries.forEach(([tag, type, count, value], n) => {
      const entry = start + 2 + 12 * n;
      view.setUint16(entry, tag, little);
      view.setUint16(entry + 2, type, little);
      view.setUint32(entry + 4, count, little);
      if (typeof value === "number") view.setUint32(entry + 8, value, little);
      else bytes.set(value, tiff + entry + 8);
    });
  };
  directory(8, [[0x8769, 4, 1, 40]]);
  let end = 150;
  const entries = Object.entries(texts).map(([tag, text]) => {
    const value = new TextEncoder().encode(`${text}\0`);
    if (value.length <= 4) return [Number(tag), 2, value.length, value];
    bytes.set(value, tiff + end);
    end += value.length;
    return [Number(tag), 2, value.length, end - value.length];
  });
  directory(40, entries);
  return bytes;
}

/** A file whose clock says one thing while its EXIF may say another. */
const file = (bytes, lastModified) => new File([bytes], "photo.jpg", { lastModified });

test("a time with its zone and fraction, in both byte orders", () => {
  const texts = { 0x9003: "2026:11:21 15:31:50", 0x9011: "+13:00", 0x9291: "25" };
  for (const little of [true, false]) {
    assert.equal(exifTime(exif(texts, { little }).buffer), Date.UTC(2026, 10, 21, 2, 31, 50, 250));
  }
  const west = { 0x9003: "2026:11:20 23:01:50", 0x9011: "-03:30", 0x9291: "123456" };
  assert.equal(exifTime(exif(west).buffer), Date.UTC(2026, 10, 21, 2, 31, 50, 123));
});

test("a time without a zone is in the phone's", () => {
  assert.equal(exifTime(exif({ 0x9003: "2026:11:21 15:31:50" }).buffer), new Date(2026, 10, 21, 15, 31, 50).getTime());
});

test("anything else has no time, however it is cut", () => {
  const whole = exif({ 0x9003: "2026:11:21 15:31:50", 0x9011: "+13:00" });
  for (let length = 0; length < 170; length += 1) {
    const time = exifTime(whole.slice(0, length).buffer);
    assert.ok(time === null || time === Date.UTC(2026, 10, 21, 2, 31, 50), `cut at ${length}: ${time}`);
  }
  for (const texts of [{}, { 0x9003: "    :  :     :  :  " }, { 0x9003: "yesterday" }, { 0x132: "2026:11:21 15:31:50" }]) {
    assert.equal(exifTime(exif(texts).buffer), null);
  }
  // A directory that points outside, or claims 65,535 entries.
  for (const place of [30, 34]) {
    const broken = exif({ 0x9003: "2026:11:21 15:31:50" });
    broken.fill(0xff, place, place + 4);
    assert.equal(exifTime(broken.buffer), null);
  }
});

test("EXIF first, then the file, then now; never before 2000 and never in the future", async () => {
  const earlier = exif({ 0x9003: "2026:11:21 15:31:50", 0x9011: "+13:00" });
  assert.equal(await takenAt(file(earlier, NOW), NOW), NOW - 2000);
  assert.equal(await takenAt(file("no EXIF", NOW - 5000), NOW), NOW - 5000);
  assert.equal(await takenAt(file(exif({ 0x9003: "1980:01:01 00:00:00", 0x9011: "+00:00" }), NOW - 7), NOW), NOW - 7);
  assert.equal(await takenAt(file("no EXIF", 0), NOW), NOW);
  assert.equal(await takenAt(file(exif({ 0x9003: "2027:01:01 00:00:00", 0x9011: "+00:00" }), NOW), NOW), NOW);
});
