import assert from "node:assert/strict";
import { test } from "node:test";

import { notificationOf } from "../../../functions/web/static/js/notifications/push-message.js";

const ORIGIN = "https://clinic.example";
const MESSAGE = { title: "Medicine", text: "It is time.", link: `${ORIGIN}/medicines#dose=plan1.d1`, critical: true, messageId: "m1" };

test("a dose can be answered on its notification", () => {
  const { title, options } = notificationOf(JSON.stringify(MESSAGE), ORIGIN);
  assert.equal(title, "Medicine");
  assert.deepEqual(options.data, { link: "/medicines#dose=plan1.d1", doseIds: ["plan1.d1"] });
  assert.deepEqual(options.actions.map(({ action }) => action), ["taken", "snooze"]);
  assert.deepEqual([options.body, options.tag, options.requireInteraction], ["It is time.", "m1", true]);
});

test("doses of the same minute are answered together", () => {
  const { options } = notificationOf(JSON.stringify({ ...MESSAGE, link: `${ORIGIN}/medicines#dose=plan1.d1,plan2.d1` }), ORIGIN);
  assert.deepEqual(options.data.doseIds, ["plan1.d1", "plan2.d1"]);
  assert.equal(options.actions[0].title, "All taken");
});

test("anything else has no answers, and opens only pages of ours", () => {
  for (const link of [null, "https://elsewhere.example/medicines#dose=plan1.d1", "javascript:alert(1)", "http://[", 7]) {
    const { options } = notificationOf(JSON.stringify({ ...MESSAGE, link }), ORIGIN);
    assert.deepEqual(options.data, { link: "/inbox", doseIds: [] });
    assert.deepEqual(options.actions, []);
  }
});

test("what is not ours is shown all the same, because browsers want something to be shown", () => {
  for (const content of ["", "[", "null", "7", "{}", '{"title":""}']) {
    assert.equal(notificationOf(content, ORIGIN).title, "There is something new for you.");
  }
});
