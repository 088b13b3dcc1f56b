import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { renewPush } from "../../../functions/web/static/js/notifications/renew-push.js";

const OLD = "T2xk";
const NEW = "TmV3";

/** A browser with storage, a subscription with a key, and a server that knows it. */
class Browser {
  local = new Map([["bedside.push", "s1"]]);
  session = new Map();
  asked = [];
  ended = 0;

  constructor({ key = OLD, known = true, current = true, newest = NEW } = {}) {
    this.key = key;
    this.listed = known ? [{ subscriptionId: "s1", current }] : [];
    this.newest = newest;
    const storage = (map) => ({ getItem: (name) => map.get(name) ?? null, setItem: (name, value) => map.set(name, value), removeItem: (name) => map.delete(name) });
    const pushManager = {
      getSubscription: async () => (this.key === null ? null : this.#subscription()),
      subscribe: async ({ applicationServerKey }) => {
        this.key = applicationServerKey;
        return this.#subscription();
      },
    };
    const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
    define("localStorage", storage(this.local));
    define("sessionStorage", storage(this.session));
    define("navigator", { serviceWorker: { getRegistration: async () => ({ pushManager }) } });
  }

  call = async (method, path, body) => {
    this.asked.push([method, body?.applicationServerKey]);
    if (this.fails) throw new Error("no network");
    return method === "GET" ? { publicKey: this.newest, subscriptions: this.listed } : { subscriptionId: "s2" };
  };

  #subscription() {
    const applicationServerKey = Uint8Array.from(atob(this.key), (one) => one.charCodeAt(0)).buffer;
    const unsubscribe = async () => {
      this.key = null;
      this.ended += 1;
    };
    return { options: { applicationServerKey }, unsubscribe, toJSON: () => ({ endpoint: "https://push.example/s", keys: {} }) };
  }
}

let browser = new Browser();
beforeEach(() => (browser = new Browser()));

test("a subscription with a key that was replaced is renewed, once in a tab", async () => {
  for (let page = 0; page < 2; page += 1) await renewPush(browser.call);
  assert.deepEqual(browser.asked, [["GET", undefined], ["POST", NEW]]);
  assert.deepEqual([browser.key, browser.ended, browser.local.get("bedside.push")], [NEW, 1, "s2"]);
});

test("one with the newest key of this sign-in is left alone", async () => {
  browser = new Browser({ key: NEW });
  await renewPush(browser.call);
  assert.deepEqual([browser.asked.length, browser.ended, browser.local.get("bedside.push")], [1, 0, "s1"]);
});

test("a new sign-in takes over the browser, so that signing out ends its messages", async () => {
  browser = new Browser({ key: NEW, current: false });
  await renewPush(browser.call);
  assert.deepEqual([browser.asked.at(-1), browser.ended], [["POST", NEW], 0]);
});

test("what was lost half-way is made up for", async () => {
  browser = new Browser({ key: null });
  await renewPush(browser.call);
  assert.deepEqual([browser.asked.at(-1), browser.key], [["POST", NEW], NEW]);
});

test("a browser that its owner removed elsewhere is forgotten", async () => {
  browser = new Browser({ known: false });
  await renewPush(browser.call);
  assert.deepEqual([browser.asked.length, browser.ended, browser.local.has("bedside.push")], [1, 1, false]);
});

test("without a network, or without messages, nothing changes", async () => {
  browser.fails = true;
  await renewPush(browser.call);
  assert.deepEqual([browser.key, browser.session.size], [OLD, 0]);
  browser.local.clear();
  await renewPush(browser.call);
  assert.equal(browser.asked.length, 1);
});
