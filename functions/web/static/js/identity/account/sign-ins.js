/** Where a person is signed in, and the ways to end each of these sign-ins. */
import { apiCall, apiGet } from "../../shell/api.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";
import { t } from "../../shell/messages.js";

/** @typedef {import("openapi").SignInEntryDocument} SignIn */

export async function showSignIns() {
  try {
    const { signIns } = await apiGet("/user/sign-ins");
    byId("sign-ins").replaceChildren(...signIns.map(item));
    setText("sign-ins-said", signIns.length > 1 ? "" : t("identity.sign-ins.only-here"));
  } catch (error) {
    setText("sign-ins-said", t("identity.sign-ins.failed", { failure: errorMessage(error) }));
  }
}

/** @param {SignIn} signIn */
function item(signIn) {
  const device = deviceName(signIn) || t("identity.sign-ins.unknown-browser");
  const used = formatDateTime(signIn.lastUsedAt);
  const times = signIn.startedAt
    ? t("identity.sign-ins.since", { start: formatDateTime(signIn.startedAt), used })
    : t("identity.sign-ins.used", { used });
  const facts = make("div", "", make("strong", "", device), make("span", "small muted", times));
  if (signIn.current) return make("li", "", facts, make("span", "badge quiet", t("identity.sign-ins.this-browser")));
  const end = make("button", "button", t("identity.sign-ins.end"));
  end.type = "button";
  end.setAttribute("aria-label", t("identity.sign-ins.end.label", { device, times }));
  end.addEventListener("click", () => void askToEnd(signIn));
  return make("li", "", facts, end);
}

/** @param {SignIn} signIn @returns {string} "Safari on iPhone", which the server says in English */
function deviceName({ device }) {
  const [, browser, system] = /^(.+) on (.+)$/.exec(device ?? "") ?? [];
  return browser && system ? t("identity.sign-ins.device", { browser, system }) : (device ?? "");
}

/** @param {SignIn} signIn */
async function askToEnd(signIn) {
  const done = await confirmDialog({
    title: signIn.device ? t("identity.sign-ins.end.title", { device: deviceName(signIn) }) : t("identity.sign-ins.end.title-unknown"),
    text: t("identity.sign-ins.end.text"),
    yes: t("identity.sign-ins.end.yes"),
    failed: (error) => t("identity.sign-ins.end.failed", { failure: errorMessage(error) }),
    act: async () => {
      try {
        await apiCall("DELETE", `/user/sign-ins/${encodeURIComponent(signIn.signInId)}`);
      } catch (error) {
        if (!(error instanceof HttpProblem && error.slug === "sign-in-not-found")) throw error;
      }
    },
  });
  if (!done) return;
  await showSignIns();
  if (!byId("sign-ins-said").textContent) setText("sign-ins-said", t("identity.sign-ins.ended"));
  byId("sign-out").focus();
}
