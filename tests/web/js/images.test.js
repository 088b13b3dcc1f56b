// The photos of a session, whatever order messages and lists arrive in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Images } from "../../../functions/web/static/js/capture/desktop/images.js";
import { numbers } from "./random.js";

/** A random session: its messages as they might arrive, lists taken at random moments, and the truth at the end. */
function history(seed) {
  const random = numbers(seed);
  const integer = (from, to) => from + Math.floor(random() * (to - from + 1));
  const choice = (values) => values[integer(0, values.length - 1)];
  const images = new Map();
  let revision = 0;
  let sequence = 0;
  const events = [];
  const steps = integer(3, 30);
  for (let step = 0; step < steps; step += 1) {
    revision += 1;
    let image;
    let type;
    if (images.size === 0 || (sequence < 20 && random() < 0.5)) {
      sequence += 1;
      image = { imageId: `i${sequence}`, sequence, s3Key: `k${sequence}`, metadata: {}, revision };
      type = "image-uploaded";
    } else {
      image = { ...choice([...images.values()]), revision };
      type = choice(["image-updated", "image-updated", "image-deleted", "image-refused"]);
    }
    if (type === "image-updated") image.metadata = { notes: `at ${revision}` };
    if (type === "image-deleted" || type === "image-refused") images.delete(image.imageId);
    else images.set(image.imageId, image);
    events.push({ message: { type, ...image } });
    if (random() < 0.25) {
      const listed = [...images.values()].map((one) => ({ ...one, downloadUrl: `u${revision}`, expiresAt: revision }));
      events.push({ list: { images: listed, revision, sequence } });
    }
  }
  const arriving = events.filter(() => random() > 0.15);
  arriving.push(...events.filter(() => random() < 0.3));
  for (let place = 0; place < arriving.length; place += 1) {
    const other = Math.min(arriving.length - 1, place + integer(0, 6));
    [arriving[place], arriving[other]] = [arriving[other], arriving[place]];
  }
  const final = [...images.values()].map((image) => ({ ...image, downloadUrl: "end", expiresAt: 10_000 }));
  const expected = [...images.values()]
    .sort((a, b) => a.sequence - b.sequence)
    .map((image) => [image.imageId, image.revision]);
  return { arriving, final: { images: final, revision, sequence }, expected, events };
}

// At no moment does a duplicate or a deleted photo come back; exactly the truth is shown after the last list; and
// nothing is changed by what comes late.
test("any order of messages and lists ends in the truth", () => {
  const histories = Array.from({ length: 200 }, (_, seed) => history(seed));
  assert.ok(histories.some(({ events }) => events.some(({ message }) => message?.type === "image-deleted")));
  for (const [seed, { arriving, final, expected }] of histories.entries()) {
    const images = new Images();
    const gone = new Set();
    const seen = () => images.photos.map((photo) => [photo.imageId, photo.revision]);
    const apply = (event) => {
      if (event.message) images.applyMessage(event.message);
      else images.applyList(event.list);
      if (event.message?.type === "image-deleted") gone.add(event.message.imageId);
      const ids = images.photos.map((photo) => photo.imageId);
      assert.equal(new Set(ids).size, ids.length, `session ${seed}: a duplicate in ${ids}`);
      assert.deepEqual(ids.filter((id) => gone.has(id)), [], `session ${seed}: a deleted photo came back`);
    };
    arriving.forEach(apply);
    apply({ list: final });
    assert.deepEqual(seen(), expected, `session ${seed}: not the truth`);
    assert.ok(images.photos.every((photo) => photo.downloadUrl === "end"), `session ${seed}: an old URL`);
    arriving.forEach(apply);
    assert.deepEqual(seen(), expected, `session ${seed}: changed by late events`);
  }
});

// Numbers follow the time taken, then the phone's order, then arrival; a deletion leaves the other numbers alone.
test("photos are numbered by the order in which they were taken", () => {
  const images = new Images();
  const arrive = (imageId, sequence, takenAt, takenOrder = 0) =>
    images.applyMessage({ type: "image-uploaded", imageId, sequence, takenAt, takenOrder, revision: sequence });
  const shown = () => images.photos.map(({ imageId, number }) => `${imageId}${number}`).join(" ");
  arrive("c", 1, 3000);
  arrive("b", 2, 2000, 2);
  assert.equal(shown(), "b1 c2");
  arrive("a", 3, 2000, 1);
  arrive("d", 4, 3000);
  assert.equal(shown(), "a1 b2 c3 d4");
  images.remove("d");
  images.remove("b");
  assert.equal(shown(), "a1 c3");
  images.remove("a");
  assert.equal(shown(), "c3");
});

// As in tests/functions/capture/test_image_delete.py: page and server agree without a new list.
test("photos keep their numbers when another one is deleted", () => {
  const images = new Images();
  let revision = 0;
  const arrive = (imageId, sequence) =>
    images.applyMessage({ type: "image-uploaded", imageId, sequence, takenAt: imageId.codePointAt(0), revision: ++revision });
  [..."cdabe"].forEach((imageId, place) => arrive(imageId, place + 1));
  const shown = () => images.photos.map(({ imageId, number }) => `${imageId}${number}`).join(" ");
  assert.equal(shown(), "a1 b2 c3 d4 e5");
  for (const [gone, left] of [["b", "a1 c3 d4 e5"], ["a", "c3 d4 e5"], ["d", "c3 e5"]]) {
    images.applyMessage({ type: "image-deleted", imageId: gone, revision: ++revision });
    assert.equal(shown(), left);
    // Late: what the heir of the number was called before.
    images.applyMessage({ type: "image-updated", imageId: "e", sequence: 5, takenAt: 101, revision: 5 });
    assert.equal(shown(), left);
  }
  arrive("f", 6);
  assert.equal(shown(), "c3 e5 f6");
});
