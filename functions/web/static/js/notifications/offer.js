/** Asks once whether somebody wants to be reminded on this device, when they have a reason to: never when a page opens. */
import { byId, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { t } from "../shell/messages.js";
import { mayOffer, refuseOffer, turnOn } from "./push.js";

/**
 * Fills the page's section `reminders`, unless the browser cannot, or they were asked before.
 * @param {string} userId
 */
export function offerReminders(userId) {
  if (!byId("reminders").hidden || !mayOffer()) return;
  byId("reminders").hidden = false;
  byId("reminders-no").onclick = () => {
    refuseOffer();
    byId("reminders").hidden = true;
  };
  byId("reminders-yes").onclick = () => void accept(userId);
}

/** @param {string} userId */
async function accept(userId) {
  const buttons = byId("reminders").querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const state = await turnOn(userId);
    refuseOffer();
    for (const button of buttons) button.hidden = true;
    setText("reminders-said", state === "on" ? t("notifications.push.on.said") : t("notifications.offer.later"));
  } catch (error) {
    for (const button of buttons) button.disabled = false;
    setText("reminders-said", error instanceof DOMException ? t("notifications.push.failed") : errorMessage(error));
  }
}
