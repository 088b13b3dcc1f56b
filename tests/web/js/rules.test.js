// The pure rules of the phone's page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, sizes } from "../../../functions/web/static/js/capture/upload/limits.js";
import { LinkSpeed } from "../../../functions/web/static/js/capture/upload/link-speed.js";
import { isOld } from "../../../functions/web/static/js/capture/phone/session.js";
import { fromRecord } from "../../../functions/web/static/js/capture/phone/photo.js";
import { toWire } from "../../../functions/web/static/js/capture/upload/api.js";
import { delayAfter, HttpProblem, isTransient, NetworkFailure, parseRetryAfter } from "../../../functions/web/static/js/shell/http.js";
import { BODY_SITES, coded, describe, LATERALITIES } from "../../../functions/web/static/js/capture/metadata.js";
import { numbers } from "./random.js";

test("waits of 1, 2 and 4 seconds, then none; none at all for what will not pass", () => {
  assert.deepEqual([1, 2, 3, 4].map((n) => delayAfter(n, new NetworkFailure("network"))), [1000, 2000, 4000, null]);
  const statuses = [400, 401, 403, 404, 408, 409, 412, 413, 422, 429, 500, 502, 503, 504];
  const passing = statuses.filter((status) => isTransient(new HttpProblem(status)));
  assert.deepEqual(passing, [408, 429, 500, 502, 503, 504]);
});

test("seconds and dates are read; a longer wait than ours wins, and one over a minute is a failure", () => {
  assert.equal(parseRetryAfter("3", 0), 3000);
  assert.equal(parseRetryAfter("Thu, 01 Jan 1970 00:00:10 GMT", 4000), 6000);
  assert.equal(parseRetryAfter("soon", 0) ?? null, null);
  const delays = [0, 2500, 61_000].map((ms) => delayAfter(1, new HttpProblem(429, { retryAfterMs: ms })));
  assert.deepEqual(delays, [1000, 2500, null]);
});

test("as many as fit are taken, never a negative number", () => {
  const cases = [[3, 0], [25, 0], [5, 18], [2, 20], [1, 22]];
  assert.deepEqual(cases.map(([count, used]) => fit(count, used, 20)), [
    { take: 3, over: 0 },
    { take: 20, over: 5 },
    { take: 2, over: 3 },
    { take: 0, over: 2 },
    { take: 0, over: 1 },
  ]);
});

test("sizes shrink step by step, keep the shape, and never grow a picture or fall to zero", () => {
  const pairs = (width, height) => sizes(width, height).map((size) => [size.width, size.height]);
  assert.deepEqual(pairs(4000, 3000), [[2560, 1920], [2048, 1536], [1600, 1200]]);
  assert.deepEqual(pairs(900, 10), [[900, 10]]);
  assert.equal(sizes(90_000, 1)[0].height, 1);
  assert.equal(sizes(90_000, 1)[0].width, 16_000);
  assert.deepEqual(pairs(3000, 3000)[0], [2560, 2560]);
});

test("a slow link gets smaller photos, and none gets one that is too small to judge skin by", () => {
  const largest = (rate) => sizes(4000, 3000, rate)[0].width;
  assert.deepEqual([null, 2_000_000, 250_000, 249_999, 150_000, 149_999, 0].map(largest), [2560, 2560, 2560, 2048, 2048, 1600, 1600]);
  const random = numbers(12);
  const side = () => Math.ceil(10 ** (1 + 3.5 * random()));
  for (let n = 0; n < 2_000; n += 1) {
    const [width, height, rate] = [side(), side(), random() < 0.1 ? null : 10 ** (7 * random())];
    const [first, ...others] = sizes(width, height, rate);
    for (const size of [first, ...others]) {
      const longest = Math.max(size.width, size.height);
      assert.ok(longest >= Math.min(1600, Math.max(width, height)), `${width}×${height} at ${rate}: ${longest}`);
      assert.ok(size.width <= width && size.height <= height, `${width}×${height} grew`);
    }
    const faster = sizes(width, height, rate === null ? null : rate * 2)[0];
    assert.ok(faster.width >= first.width && faster.height >= first.height, "a faster link never gets a smaller photo");
  }
});

test("the link's speed is that of all uploads together, while there are any", () => {
  const link = new LinkSpeed();
  assert.equal(link.rate, null);
  link.begin(1_000);
  link.begin(1_500);
  link.end(100_000, 2_000);
  assert.equal(link.rate, null, "another is on its way");
  link.end(100_000, 3_000);
  assert.equal(link.rate, 100_000);
  link.begin(60_000); // the break between them does not count
  link.end(50_000, 61_000);
  assert.equal(link.rate, 75_000);
  link.begin(70_000);
  link.end(0, 90_000);
  assert.equal(link.rate, 75_000, "what failed says nothing");
});

test("a long picture has as many pixels as a usual one", () => {
  const [panorama] = sizes(1200, 14_000);
  const [usual] = sizes(4000, 3000);
  assert.ok(panorama.width > 640, `${panorama.width} px wide`);
  assert.ok(panorama.width * panorama.height < 1.001 * usual.width * usual.height);
});

test("only drafts and deletions keep their state over a reload", () => {
  const phases = ["draft", "waiting", "sending", "failed", "sent", "removing"];
  const after = phases.map((phase) => fromRecord({ phase }).phase);
  assert.deepEqual(after, ["draft", "waiting", "waiting", "waiting", "waiting", "removing"]);
});

test("lone surrogates are left out of notes, line breaks and emoji stay; what is empty is null", () => {
  const nothing = { laterality: null, bodySite: null, notes: null };
  assert.deepEqual(toWire({ notes: " ab\nc \ud83d\ude00 \ud800" }), { ...nothing, notes: "ab\nc 😀" });
  assert.equal(toWire({ notes: `${"x".repeat(499)}😀` }).notes, "x".repeat(499), "an emoji that the limit cuts in half");
  assert.equal(toWire({ notes: "x".repeat(600) }).notes.length, 500);
  assert.deepEqual(toWire({ notes: "  " }), nothing);
  const laterality = { code: "left", display: "Left" };
  assert.deepEqual(toWire({ laterality }), { ...nothing, laterality });
});

test("a photo stays for a day, whether a wrong clock has been set right or is still wrong", () => {
  const [day, at] = [86_400_000, 1_790_000_000_000];
  for (const wrong of [-10 * 365 * day, -2 * day, 0, 2 * day]) {
    const session = { clockOffset: -wrong };
    for (const now of [at, at + wrong]) assert.equal(isOld(at, session, now + 0.9 * day), false, `${wrong} ${now}`);
    assert.equal(isOld(at, session, at + wrong + 1.1 * day), true, `${wrong}`);
    assert.equal(isOld(at, session, at + 1.1 * day), true, `${wrong}, set right`);
  }
});

test("side and site in one line", () => {
  const bodySite = coded(BODY_SITES, "hand");
  const lines = ["left", "bilateral", "na"].map((code) => describe({ bodySite, laterality: coded(LATERALITIES, code) }));
  assert.deepEqual(lines, ["Left hand or fingers", "Hand or fingers, both sides", "Hand or fingers"]);
  assert.deepEqual([BODY_SITES.length, new Set(BODY_SITES.map((site) => site.code)).size], [20, 20]);
});
