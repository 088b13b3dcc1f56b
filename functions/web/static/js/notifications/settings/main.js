/** The page on which somebody says what they are told where and when. */
import { requireSignIn } from "../../app.js";
import { setPlace } from "../../shell/crumbs.js";
import { byId, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { HttpProblem, sleep } from "../../shell/http.js";
import { t } from "../../shell/messages.js";
import { getPreferences, savePreferences } from "../api.js";
import { PreferencesForm } from "./form.js";
import { MailPanel } from "./mail-panel.js";
import { PushPanel } from "./push-panel.js";

/** The page is not kept from showing by what else is on it, such as a browser that does not say what it allows. */
const PATIENCE_MS = 1_500;

const form = new PreferencesForm();
let etag = "";

/** @param {() => Promise<unknown>} panels draws what is above the form, which must not move once somebody reads it */
async function open(panels) {
  showScreen("loading");
  try {
    await Promise.all([load(), Promise.race([panels(), sleep(PATIENCE_MS)])]);
    showScreen("settings");
  } catch (error) {
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

async function load() {
  const found = await getPreferences();
  etag = found.etag;
  form.draw(found.preferences);
}

async function save() {
  fail("");
  say("", "");
  const wanted = form.read();
  if (!wanted) return;
  const button = byId("save", HTMLButtonElement);
  button.disabled = true;
  say("", t("shell.saving"));
  try {
    const saved = await savePreferences(wanted, etag);
    etag = saved.etag;
    form.draw(saved.preferences);
    say("done", t("shell.saved"));
  } catch (error) {
    say("", "");
    fail(await failureWords(error));
  } finally {
    button.disabled = false;
  }
}

/** @param {unknown} error */
async function failureWords(error) {
  const slug = error instanceof HttpProblem ? error.slug : "";
  if (slug === "critical-required") return t("notifications.settings.one-channel");
  if (slug !== "precondition-failed") return t("shell.not-saved", { failure: errorMessage(error) });
  try {
    await load();
    return t("notifications.settings.changed");
  } catch (another) {
    return t("shell.not-saved", { failure: errorMessage(another) });
  }
}

/** @param {string} text */
function fail(text) {
  setText("failure", text);
  byId("failure").hidden = !text;
}

/** @param {"" | "done"} kind @param {string} text */
function say(kind, text) {
  byId("said").dataset.kind = kind;
  setText("said", text);
}

byId("again").addEventListener("click", () => void open(async () => {}));
byId("preferences").addEventListener("input", () => say("", ""));
byId("preferences").addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
const user = requireSignIn();
if (user) {
  setPlace(t("notifications.settings.crumb"));
  void open(() => Promise.all([new PushPanel(user.userId).open(), new MailPanel().open()]));
}
