/** Turns mail of one kind off, by the link in such a mail. Only the button does: programs open links by themselves. */
import { byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, call } from "../../shell/http.js";
import { t } from "../../shell/messages.js";

/** @type {Record<string, () => string>} */
const OFF = {
  appointments: () => t("notifications.unsubscribe.off.appointments"),
  photos: () => t("notifications.unsubscribe.off.photos"),
  money: () => t("notifications.unsubscribe.off.money"),
  medicines: () => t("notifications.unsubscribe.off.medicines"),
  account: () => t("notifications.unsubscribe.off.account"),
};

const token = new URLSearchParams(location.search).get("token") ?? "";
const button = byId("unsubscribe", HTMLButtonElement);

async function unsubscribe() {
  const failed = byId("failed-text", HTMLElement);
  failed.hidden = true;
  button.disabled = true;
  try {
    const { category } = await call("POST", `/unsubscribe?token=${encodeURIComponent(token)}`);
    setText("off-text", OFF[category]?.() ?? "");
    showScreen("off");
  } catch (error) {
    if (error instanceof HttpProblem && (error.slug === "link-invalid" || error.slug === "invalid-request")) {
      showScreen("invalid");
      return;
    }
    failed.textContent = errorMessage(error);
    failed.hidden = false;
    button.disabled = false;
  }
}

button.addEventListener("click", () => void unsubscribe());
showScreen(token ? "ask" : "invalid");
