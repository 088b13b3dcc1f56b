// Complete and cut pictures, as `tests/unit/capture/test_image_formats.py` has them for the server.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isComplete } from "../../../functions/web/static/js/capture/upload/completeness.js";

const text = (/** @type {string} */ words) => [...words].map((letter) => letter.charCodeAt(0));
const big = (/** @type {number} */ n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const pixels = Array.from({ length: 9_000 }, (_, n) => (n * 7) % 200);
const preview = [0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9];
const images = {
  jpeg: [0xff, 0xd8, 0xff, 0xe1, 0, 2 + preview.length, ...preview, 0xff, 0xda, 0, 2, ...pixels, 0xff, 0xd9],
  png: [0x89, ...text("PNG\r\n\x1a\n"), ...big(13), ...text("IHDR"), ...pixels, ...big(0), ...text("IEND"), 0xae, 0x42, 0x60, 0x82],
  webp: [...text("RIFF"), ...big(4 + pixels.length).reverse(), ...text("WEBP"), ...pixels],
  heic: [...big(16), ...text("ftypheic"), ...big(0), ...big(8 + pixels.length), ...text("mdat"), ...pixels],
};
const complete = (/** @type {number[]} */ bytes) => isComplete(new Blob([new Uint8Array(bytes)]));

for (const [type, image] of Object.entries(images)) {
  test(`a ${type} is complete, and cut anywhere it is not`, async () => {
    assert.equal(await complete(image), true);
    for (const share of [0.3, 0.85, 0.999]) assert.equal(await complete(image.slice(0, image.length * share)), false, String(share));
    if (type !== "heic") assert.equal(await complete([...image, ...new Array(9_000).fill(0)]), true, "padded");
  });
}

test("the end of a preview is not the photo's, and other types are left to their decoder", async () => {
  assert.equal(await complete(images.jpeg.slice(0, 6 + preview.length)), false);
  assert.equal(await complete(text("GIF89a")), true);
  assert.equal(await complete([]), true);
});
