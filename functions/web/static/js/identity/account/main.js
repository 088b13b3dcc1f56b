/** The account page: who is signed in, their name, and signing out. */
import { requireSignIn } from "../../app.js";
import { apiGet, apiCall } from "../../shell/api.js";
import { confirmDialog } from "../../shell/confirm-dialog.js";
import { byId, showFieldError, make, setText, showScreen } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { startLanguageMenu } from "../../shell/language.js";
import { isolated, t } from "../../shell/messages.js";
import { drawSidebar } from "../../shell/sidebar.js";
import { confirmSignOut, requestSignOut } from "../../shell/sign-out.js";
import { cleanLine } from "../../shell/text.js";
import { endSignIn, updateUser } from "../../shell/tokens.js";
import { ROLES, facilityWithCode, isClinician } from "../../shell/users.js";
import { verificationBadge } from "../verification.js";
import { showIdentityCheck } from "./identity-check.js";
import { showSignIns } from "./sign-ins.js";

/** @typedef {import("../../shell/users.js").User} User */

const name = byId("displayName", HTMLInputElement);
let saved = "";
let saving = false;

async function open() {
  showScreen("loading");
  try {
    const user = await apiGet("/user/profile");
    draw(user);
    showScreen("account");
    void showSignIns();
    void showIdentityCheck(user);
  } catch (error) {
    setText("failed-text", errorMessage(error));
    showScreen("failed");
  }
}

/** @param {User} user */
function draw(user) {
  void updateUser(user);
  drawSidebar(user);
  saved = user.displayName ?? "";
  name.value = saved;
  setText("phone", isolated(user.phone ?? "") || t("identity.not-known"));
  const roles = ROLES.filter(({ code }) => user.roles.includes(code)).map(({ display }) => make("span", "badge quiet", display));
  byId("roles").replaceChildren(...(roles.length ? roles : [t("shell.none")]));
  setText("facility", facilityWithCode(user));
  byId("facility-row").hidden = !user.facilityId;
  const { text, look } = verificationBadge(user);
  byId("verification").replaceChildren(make("span", `badge ${look}`, text));
  byId("verification-row").hidden = !isClinician(user);
  drawSave();
}

function drawSave() {
  byId("save", HTMLButtonElement).disabled = saving || cleanLine(name.value) === saved;
}

/**
 * @param {"" | "done" | "failed"} kind
 * @param {string} text
 */
function setStatus(kind, text) {
  byId("said").dataset.kind = kind;
  setText("said", text);
}

async function save() {
  const displayName = cleanLine(name.value);
  if (saving || displayName === saved) return;
  saving = true;
  drawSave();
  showFieldError("displayName", "");
  setStatus("", t("shell.saving"));
  try {
    draw(await apiCall("PATCH", "/user/profile", { displayName }));
    setStatus("done", t("shell.saved"));
  } catch (error) {
    setStatus("", "");
    showFieldError("displayName", t("shell.not-saved", { failure: errorMessage(error) }));
  } finally {
    saving = false;
    drawSave();
  }
}

async function signOutEverywhere() {
  if (!(await confirmSignOut())) return;
  await confirmDialog({
    title: t("identity.everywhere.title"),
    text: t("identity.everywhere.text"),
    yes: t("identity.everywhere"),
    failed: (error) => t("identity.everywhere.failed", { failure: errorMessage(error) }),
    act: async () => {
      await apiCall("POST", "/auth/kill-switch", {});
      endSignIn("everywhere");
    },
  });
}

name.addEventListener("input", () => {
  setStatus("", "");
  drawSave();
});
byId("profile").addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
byId("again").addEventListener("click", () => void open());
byId("sign-out").addEventListener("click", () => void requestSignOut());
byId("everywhere").addEventListener("click", () => void signOutEverywhere());

startLanguageMenu();
if (requireSignIn()) void open();
