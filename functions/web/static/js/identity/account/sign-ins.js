/** Where a person is signed in, and the ways to end each of these sign-ins. */
import { apiCall, apiGet } from "../../shell/api.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, make, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { formatDateTime } from "../../shell/format.js";
import { HttpProblem } from "../../shell/http.js";

/** @typedef {import("openapi").SignInEntryDocument} SignIn */

export async function showSignIns() {
  try {
    const { signIns } = await apiGet("/user/sign-ins");
    byId("sign-ins").replaceChildren(...signIns.map(item));
    setText("sign-ins-said", signIns.length > 1 ? "" : "Only here.");
  } catch (error) {
    setText("sign-ins-said", `This could not be looked up. ${errorMessage(error)}`);
  }
}

/** @param {SignIn} signIn */
function item(signIn) {
  const name = make("strong", "", signIn.device ?? "Unknown browser");
  const times = `${signIn.startedAt ? `Since ${formatDateTime(signIn.startedAt)}, last` : "Last"} used ${formatDateTime(signIn.lastUsedAt)}`;
  const facts = make("div", "", name, make("span", "small muted", times));
  if (signIn.current) return make("li", "", facts, make("span", "badge quiet", "This browser"));
  const end = make("button", "button", "End");
  end.type = "button";
  end.setAttribute("aria-label", `End ${signIn.device ?? "unknown browser"}, ${times}`);
  end.addEventListener("click", () => void askToEnd(signIn));
  return make("li", "", facts, end);
}

/** @param {SignIn} signIn */
async function askToEnd(signIn) {
  const done = await confirmDialog({
    title: `End the sign-in on ${signIn.device ?? "this browser"}?`,
    text: "It stops working there within seconds. You can sign in there again with a new code.",
    yes: "End sign-in",
    failed: (error) => `It has not ended. ${errorMessage(error)}`,
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
  if (!byId("sign-ins-said").textContent) setText("sign-ins-said", "Ended.");
  byId("sign-out").focus();
}
