// The small picture in a photo's first bytes, and what a grid shows when there is one, and when there is none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { thumbnailUrl } from "../../../functions/web/static/js/capture/desktop/thumbnail.js";
import { HEAD_BYTES, THUMBNAIL_MAX_BYTES, thumbnailIn, withThumbnail } from "../../../functions/web/static/js/capture/jfif.js";

const BEGINNING = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const jpeg = (/** @type {number} */ length) => [...BEGINNING, 0xff, 0xda, 0, 2, ...new Array(length).fill(7), 0xff, 0xd9];
const blob = (/** @type {number[]} */ bytes) => new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });
const bytesOf = async (/** @type {Blob | null} */ file) => [...new Uint8Array(await (file ?? new Blob()).arrayBuffer())];
const head = async (/** @type {Blob} */ file, end = HEAD_BYTES) => new Uint8Array(await file.slice(0, end).arrayBuffer());

const PHOTO = jpeg(100_000);
const SMALL = jpeg(300);
/** What of the small picture is in the photo. */
const INSIDE = [0xff, 0xd8, ...SMALL.slice(BEGINNING.length)];

test("a photo carries its small picture, and is otherwise as it was", async () => {
  const photo = await withThumbnail(blob(PHOTO), blob(SMALL));
  assert.equal(photo.type, "image/jpeg");
  const bytes = await bytesOf(photo);
  assert.deepEqual(bytes.slice(11, 13), [1, 2]);
  const length = bytes[22] * 256 + bytes[23];
  assert.deepEqual([...bytes.slice(0, 11), 1, 1, ...bytes.slice(13, 20), ...bytes.slice(22 + length)], PHOTO);
  const found = thumbnailIn(await head(photo));
  assert.equal(found?.type, "image/jpeg");
  assert.deepEqual(await bytesOf(found), INSIDE);
});

test("the largest small picture is within the first bytes", async () => {
  const largest = jpeg(THUMBNAIL_MAX_BYTES - jpeg(0).length);
  assert.equal(largest.length, THUMBNAIL_MAX_BYTES);
  const photo = await withThumbnail(blob(PHOTO), blob(largest));
  assert.equal((await bytesOf(thumbnailIn(await head(photo)))).length, THUMBNAIL_MAX_BYTES - BEGINNING.length + 2);
});

test("a photo without the usual beginning stays as it is, and has no small picture", async () => {
  const exif = [0xff, 0xd8, 0xff, 0xe1, ...PHOTO.slice(4)];
  assert.deepEqual(await bytesOf(await withThumbnail(blob(exif), blob(SMALL))), exif);
  assert.deepEqual(await bytesOf(await withThumbnail(blob(PHOTO), blob(exif))), PHOTO);
  for (const other of [PHOTO, exif, []]) assert.equal(thumbnailIn(await head(blob(other))), null);
});

test("half a small picture, or one that is coded in another way, is none", async () => {
  const photo = await withThumbnail(blob(PHOTO), blob(SMALL));
  assert.equal(thumbnailIn(await head(photo, 200)), null);
  const bytes = await bytesOf(photo);
  bytes[29] = 0x13;
  assert.equal(thumbnailIn(await head(blob(bytes))), null);
});

/**
 * What is shown of a photo of which storage answers so.
 * @param {() => Response} answer
 */
async function shown(answer) {
  const [fetching, creating] = [globalThis.fetch, URL.createObjectURL];
  /** @type {Blob | null} */
  let picture = null;
  globalThis.fetch = async (url, options) => {
    assert.equal(url, "https://bucket/photo");
    assert.deepEqual(options?.headers, { range: `bytes=0-${HEAD_BYTES - 1}` });
    return answer();
  };
  URL.createObjectURL = (content) => ((picture = /** @type {Blob} */ (content)), "blob:small");
  try {
    const url = await thumbnailUrl("https://bucket/photo");
    return { url, bytes: await bytesOf(picture) };
  } finally {
    [globalThis.fetch, URL.createObjectURL] = [fetching, creating];
  }
}

test("a grid shows the small picture", async () => {
  const photo = await withThumbnail(blob(PHOTO), blob(SMALL));
  const start = await head(photo);
  assert.deepEqual(await shown(() => new Response(start, { status: 206 })), { url: "blob:small", bytes: INSIDE });
});

test("a grid shows a whole photo that is short, or that storage sends in one piece", async () => {
  for (const [content, status] of /** @type {[number[], number][]} */ ([[SMALL, 206], [PHOTO, 200]])) {
    const answer = () => new Response(new Uint8Array(content), { status });
    assert.deepEqual(await shown(answer), { url: "blob:small", bytes: content });
  }
});

test("a grid loads the photo if it carries no small picture, or if its beginning cannot be read", async () => {
  const older = () => new Response(new Uint8Array(PHOTO.slice(0, HEAD_BYTES)), { status: 206 });
  const unreachable = () => {
    throw new TypeError("Failed to fetch");
  };
  for (const answer of [older, unreachable]) assert.deepEqual(await shown(answer), { url: "https://bucket/photo", bytes: [] });
});

test("what storage refuses is no picture", async () => {
  await assert.rejects(shown(() => new Response("", { status: 403 })), /403/);
});
