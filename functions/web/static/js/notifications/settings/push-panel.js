/** Push messages on this device: what the browser allows, and turning them on and off. */
import { byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { pushState, turnOff, turnOn } from "../push.js";

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
      this.#draw(await pushState());
    } catch (error) {
      byId("push").hidden = false;
      setText("push-said", errorMessage(error));
    }
  }

  async #turn() {
    const button = byId("push-turn", HTMLButtonElement);
    button.disabled = true;
    setText("push-said", "");
    try {
      this.#draw(await (this.#state === "on" ? turnOff() : turnOn(this.#userId)));
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
