/** All browsers to which somebody's messages go, each with a way to end that. */
import { byId, make } from "../../shell/dom.js";
import { locale, t } from "../../shell/messages.js";
import { isHere } from "../push.js";

/** @typedef {import("openapi").SubscriptionListDocument["subscriptions"][number]} Browser */

/**
 * @param {readonly Browser[]} browsers
 * @param {(browser: Browser) => void} onRemove
 */
export function drawBrowsers(browsers, onRemove) {
  byId("browsers").hidden = browsers.length === 0;
  byId("browser-list").replaceChildren(...browsers.map((browser) => row(browser, onRemove)));
}

/** @param {Browser} browser */
export function nameOf({ device }) {
  return device ?? t("notifications.browser.unknown");
}

/** @param {Browser} browser @param {(browser: Browser) => void} onRemove */
function row(browser, onRemove) {
  const day = new Date(browser.since).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
  const about = isHere(browser.subscriptionId) ? t("notifications.browser.here", { day }) : t("notifications.browser.since", { day });
  const button = make("button", "button", t("notifications.browser.remove"));
  button.type = "button";
  button.setAttribute("aria-label", t("notifications.browser.remove.about", { device: nameOf(browser) }));
  button.addEventListener("click", () => onRemove(browser));
  return make("li", "", make("span", "", make("strong", "", nameOf(browser)), make("span", "muted", about)), button);
}
