// The desktop's places for the patient's record, which another domain's module fills.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RecordSlot, registerRecord } from "../../../functions/web/static/js/capture/desktop/record-slot.js";

const PHOTO = { imageId: "1", number: 1 };

/** A slot on a page with photos, and what became of it. */
function open(photos = [PHOTO]) {
  const told = [];
  const panel = { hidden: false, replaceChildren: () => told.push("emptied") };
  const facts = { encounter: { encounterId: "ENC-1" }, photos: () => photos, hasConsent: () => true, refresh: () => told.push("refreshed") };
  const slot = new RecordSlot(panel, facts, () => told.push("drawn"));
  return { slot, panel, told, photos };
}

/** The work of a domain, which notes what it is asked. */
function work(notes, desk) {
  return {
    button: (chosen) => ({ text: `Commit ${chosen || "all"}` }),
    commit: (photos) => notes.push(["commit", photos.length]),
    line: ({ number }) => `photo ${number} of ${desk.encounter.encounterId}`,
    update: () => notes.push("update"),
    onMessage: ({ type }) => notes.push(type),
    stop: () => notes.push("stop"),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a page without a record has no button, and no line for a photo", async () => {
  const { slot, panel, told } = open();
  slot.update();
  await settled();
  slot.commit([PHOTO]);
  assert.equal(slot.button(0), null);
  assert.equal(slot.line(PHOTO), null);
  assert.equal(panel.hidden, true);
  assert.deepEqual(told, ["emptied"]);
});

test("the domain's module is loaded with the first photo, once, and drawn", async () => {
  const notes = [];
  let loads = 0;
  registerRecord(async () => ((loads += 1), { openRecord: (desk) => work(notes, desk) }));
  const { slot, told, photos } = open([]);
  slot.update();
  assert.equal(loads, 0);
  photos.push(PHOTO);
  slot.update();
  slot.update();
  await settled();
  assert.equal(loads, 1);
  assert.deepEqual(told, ["emptied", "drawn"]);
  assert.deepEqual(slot.button(2), { text: "Commit 2" });
  assert.equal(slot.line(PHOTO), "photo 1 of ENC-1");
  slot.update();
  slot.commit([PHOTO]);
  slot.onMessage({ type: "image-committed" });
  slot.stop();
  assert.deepEqual(notes, ["update", ["commit", 1], "image-committed", "stop"]);
});

test("a module that could not be loaded is loaded with the next list, and not on a page that was left", async () => {
  const notes = [];
  let loads = 0;
  registerRecord(async () => {
    loads += 1;
    if (loads === 1) throw new Error("no connection");
    return { openRecord: (desk) => work(notes, desk) };
  });
  const { slot } = open();
  slot.update();
  await settled();
  assert.equal(slot.line(PHOTO), null);
  slot.update();
  slot.stop();
  await settled();
  assert.equal(loads, 2);
  assert.equal(slot.line(PHOTO), null);
  assert.deepEqual(notes, []);
});
