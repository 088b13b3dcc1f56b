import assert from "node:assert/strict";
import { test } from "node:test";

import { best, fold, score } from "../../../functions/web/static/js/shell/palette/ranking.js";

const ITEMS = [
  { title: "Photo capture", words: "camera" },
  { title: "Visits" },
  { title: "New visit", words: "book appointment" },
  { title: "People" },
  { title: "Keyboard shortcuts", words: "help" },
];

test("accents and macrons are as good as without", () => {
  assert.equal(fold("Māori Ångström"), "maori angstrom");
  assert.ok(score("tane", { title: "Tāne" }) > 0);
});

test("the beginning is better than a later word, that than other words, and these than a part", () => {
  const points = ["vis", "visit", "book", "hort"].map((typed) => Math.max(...ITEMS.map((item) => score(typed, item))));
  assert.deepEqual(points, [4, 4, 2, 1]);
  assert.equal(score("cap", ITEMS[0]), 3);
  assert.deepEqual(best("visit", ITEMS, 5).map(({ title }) => title), ["Visits", "New visit"]);
});

test("all parts must be there, in any order", () => {
  assert.deepEqual(best("visit new", ITEMS, 5).map(({ title }) => title), ["New visit"]);
  assert.deepEqual(best("visit zebra", ITEMS, 5), []);
});

test("nothing typed finds nothing, one letter only beginnings, and never more than asked for", () => {
  assert.equal(score(" ", ITEMS[0]), 0);
  assert.deepEqual(best("p", ITEMS, 5).map(({ title }) => title), ["Photo capture", "People"]);
  assert.equal(best("p", ITEMS, 1).length, 1);
});
