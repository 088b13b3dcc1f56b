/** Push messages on this device: what the browser allows, and turning them on and off. */
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { listBrowsers, pushState, removeBrowser, turnOff, turnOn } from "../push.js";
import { drawBrowsers, nameOf } from "./browsers.js";

/** @typedef {import("../push.js").PushState} PushState */

/** @type {Record<PushState, [about: string, how: string]>} */
const WORDS = {
  unused: ["", ""],
  missing: [t("notifications.push.missing"), ""],
  homeScreen: [t("notifications.push.home-screen"), t("notifications.push.home-screen.how")],
  denied: [t("notifications.push.denied"), t("notifications.push.denied.how")],
  on: [t("notifications.push.on"), t("notifications.push.on.hint")],
  off: [t("notifications.push.off"), ""],
};

export class PushPanel {
  /** @type {PushState} */
  #state = "unused";
  #userId;

  /** @param {string} userId */
  constructor(userId) {
    this.#userId = userId;
    byId("push-turn").addEventListener("click", () => void this.#turn());
  }

  async open() {
    try {
      await this.#read();
    } catch (error) {
      byId("push").hidden = false;
      setText("push-said", errorMessage(error));
    }
  }

  async #read() {
    const found = await listBrowsers();
    this.#draw(await pushState(found));
    drawBrowsers(found.subscriptions, (browser) => void this.#remove(browser));
  }

  /** @param {import("./browsers.js").Browser} browser */
  async #remove(browser) {
    setText("push-said", "");
    try {
      await removeBrowser(browser.subscriptionId);
      await this.#read();
      setText("push-said", t("notifications.browser.removed", { device: nameOf(browser) }));
      byId(byId("browsers").hidden ? "push-title" : "browsers-title").focus();
    } catch (error) {
      setText("push-said", errorMessage(error));
    }
  }

  async #turn() {
    const button = byId("push-turn", HTMLButtonElement);
    button.disabled = true;
    setText("push-said", "");
    try {
      this.#draw(await (this.#state === "on" ? turnOff() : turnOn(this.#userId)));
      if (this.#state === "on" || this.#state === "off") await this.#read();
      if (this.#state === "on") setText("push-said", t("notifications.push.on.said"));
    } catch (error) {
      // A push service that cannot be reached fails with an error of the browser's own.
      setText("push-said", error instanceof DOMException ? t("notifications.push.failed") : errorMessage(error));
    } finally {
      button.disabled = false;
      if (button.hidden) byId("push-title").focus();
      else button.focus();
    }
  }

  /** @param {PushState} state */
  #draw(state) {
    this.#state = state;
    const [about, how] = WORDS[state];
    byId("push").hidden = state === "unused";
    setText("push-about", about);
    setText("push-how", how);
    byId("push-how").hidden = !how;
    byId("push-turn").hidden = state !== "on" && state !== "off";
    setText("push-turn", state === "on" ? t("notifications.push.turn-off") : t("notifications.push.turn-on"));
  }
}
