/** The account page: who is signed in, their name, and the ways out. */
import { confirmed } from "../../shell/confirm-dialog.js";
import { forget, keepUser } from "../../shell/tokens.js";
import { byId, complain, make, setText, show } from "../../shell/dom.js";
import { ROLES, isClinician } from "../../shell/users.js";
import { verificationOf } from "../verification.js";
import { refusal } from "../../shell/error-messages.js";
import { read, signed } from "../../shell/api.js";
import { enter } from "../../app.js";
import { drawMenu } from "../../shell/account-menu.js";
import { pagesFor } from "../../shell/navigation.js";
import { maySignOut, signOutByHand } from "../../shell/sign-out.js";

/** @typedef {import("../../shell/users.js").User} User */

const name = byId("displayName", HTMLInputElement);
let saved = "";
let saving = false;

async function open() {
  show("loading");
  try {
    draw(await read("/user/profile"));
    show("account");
  } catch (error) {
    setText("failed-text", refusal(error));
    show("failed");
  }
}

/** @param {User} user */
function draw(user) {
  void keepUser(user);
  drawMenu(user);
  saved = user.displayName ?? "";
  name.value = saved;
  setText("phone", user.phone ?? "Not known");
  const roles = ROLES.filter(({ code }) => user.roles.includes(code)).map(({ display }) => make("span", "badge quiet", display));
  byId("roles").replaceChildren(...(roles.length ? roles : ["None"]));
  setText("facility", user.facilityId ?? "");
  byId("facility-row").hidden = !user.facilityId;
  const { text, look } = verificationOf(user);
  byId("verification").replaceChildren(make("span", `badge ${look}`, text));
  byId("verification-row").hidden = !isClinician(user);
  byId("places").replaceChildren(
    ...pagesFor(user).filter(({ onAccountPage }) => onAccountPage).map(({ path, title }) => place(path, title)),
  );
  edited();
}

/**
 * @param {string} path
 * @param {string} text
 */
function place(path, text) {
  const link = make("a", "button", text);
  link.href = path;
  return link;
}

function edited() {
  byId("save", HTMLButtonElement).disabled = saving || name.value.trim() === saved;
}

/**
 * @param {"" | "done" | "failed"} kind
 * @param {string} text
 */
function say(kind, text) {
  byId("said").dataset.kind = kind;
  setText("said", text);
}

async function save() {
  const displayName = name.value.trim();
  if (saving || displayName === saved) return;
  saving = true;
  edited();
  complain("displayName", "");
  say("", "Saving…");
  try {
    draw(await signed("PATCH", "/user/profile", { displayName }));
    say("done", "Saved");
  } catch (error) {
    say("", "");
    complain("displayName", `Not saved. ${refusal(error)}`);
  } finally {
    saving = false;
    edited();
  }
}

async function signOutEverywhere() {
  if (!(await maySignOut())) return;
  await confirmed({
    title: "Sign out everywhere?",
    text: "Every phone and computer on which you are signed in stops working within seconds, this one too. Nobody can go on with a phone that you have lost.",
    yes: "Sign out everywhere",
    failed: (error) => `You are still signed in. ${refusal(error)}`,
    act: async () => {
      await signed("POST", "/auth/kill-switch", {});
      forget("everywhere");
    },
  });
}

name.addEventListener("input", () => {
  say("", "");
  edited();
});
byId("profile").addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
byId("again").addEventListener("click", () => void open());
byId("sign-out").addEventListener("click", () => void signOutByHand());
byId("everywhere").addEventListener("click", () => void signOutEverywhere());

if (enter()) void open();
