// How it stands with photos and the record, and what they plainly need.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RecordFiles, plainlyMissing } from "../../../functions/web/static/js/commits/desk/files.js";

const SITES = [{ code: "hand", sides: true }, { code: "chest", sides: false }];
const file = (status, more = {}) => ({ imageId: "1", status, warnings: [], ...more });

test("a photo is followed until it is there, and then stays there", () => {
  const files = new RecordFiles();
  assert.equal(files.put("a", [file("committing")]), true);
  assert.equal(files.put("a", [file("committing")]), false);
  assert.deepEqual(files.underWay, ["a"]);
  assert.equal(files.isTaken("1"), true);
  files.put("a", [file("failed", { error: "too-large" })]);
  assert.equal(files.isTaken("1"), false);
  files.put("b", [file("committed", { documentId: "7" })]);
  // An older commit that is read late.
  assert.equal(files.put("a", [file("failed")]), false);
  assert.deepEqual([files.get("1").status, files.get("1").commitId, files.underWay], ["committed", "b", []]);
  assert.equal(files.isTaken("1"), true);
  assert.equal(files.isTaken("2"), false);
});

test("what a photo plainly needs depends on its site", () => {
  const type = { imageType: { code: "overview" } };
  assert.deepEqual(plainlyMissing({}, SITES), ["body-site", "image-type"]);
  assert.deepEqual(plainlyMissing({ bodySite: { code: "hand" }, ...type }, SITES), ["laterality"]);
  assert.deepEqual(plainlyMissing({ bodySite: { code: "hand" }, laterality: { code: "na" }, ...type }, SITES), ["laterality"]);
  assert.deepEqual(plainlyMissing({ bodySite: { code: "hand" }, laterality: { code: "bilateral" }, ...type }, SITES), []);
  assert.deepEqual(plainlyMissing({ bodySite: { code: "chest" }, ...type }, SITES), []);
});
