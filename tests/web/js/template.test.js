// What a template makes of notes: it fills what is empty, and goes below the rest only when somebody says so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { extended, filled, takenFields, withTemplate } from "../../../functions/web/static/js/visits/notes/template.js";

const EMPTY = { chiefComplaint: "", observations: "", assessment: "", plan: "" };
const RASH = { ...EMPTY, name: "Rash", observations: "Site:", plan: "Cream." };

test("a template fills what is empty", () => {
  assert.deepEqual(filled(EMPTY, RASH), { ...EMPTY, observations: "Site:", plan: "Cream." });
  assert.deepEqual(filled({ ...EMPTY, plan: "Rest." }, RASH), { ...EMPTY, observations: "Site:", plan: "Rest." });
});

test("it goes below what is there, once", () => {
  const written = { ...EMPTY, assessment: "Eczema.", plan: "Rest." };
  assert.deepEqual(takenFields(written, RASH).map(({ name }) => name), ["plan"]);
  const both = extended(written, RASH);
  assert.deepEqual(both, { ...written, observations: "Site:", plan: "Rest.\n\nCream." });
  assert.deepEqual(takenFields(both, RASH), []);
  assert.deepEqual(extended(both, RASH), both);
});

test("a template replaces the one of its name", () => {
  const other = { ...EMPTY, name: "rash", plan: "Ice." };
  assert.deepEqual(withTemplate([RASH, { ...RASH, name: "Cough" }], other).map(({ name }) => name), ["rash", "Cough"]);
  assert.deepEqual(withTemplate([], RASH), [RASH]);
});
