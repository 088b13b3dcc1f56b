/** Signing in: a number, a code, and on to where the person wanted to go. */
import { HttpProblem, call } from "../../shell/http.js";
import { current, keep, reasonLeft, signOut } from "../../shell/tokens.js";
import { IDLE_MS, isOverdue, noteUse } from "../../shell/idle-timeout.js";
import { byId, complain, setText, show } from "../../shell/dom.js";
import { readPhone } from "../phone-number.js";
import { CodeScreen, whyNotSent } from "./otp-screen.js";
import { destination } from "./destination.js";
import { recall, sentNow } from "./otp-challenge.js";

const phone = byId("phone", HTMLInputElement);
const send = byId("send", HTMLButtonElement);
const codeScreen = new CodeScreen(signedIn, askForNumber);
let sending = false;

function open() {
  if (current() && isOverdue()) signOut("idle");
  const kept = current();
  if (kept) return goOn(kept.user);
  drawReason();
  const sent = recall();
  if (!sent || sent.expiresAt <= Date.now()) return askForNumber();
  phone.value = sent.phone;
  codeScreen.open(sent);
}

function askForNumber() {
  show("number");
  phone.focus();
  phone.select();
}

async function sendCode() {
  if (sending) return;
  const read = readPhone(phone.value);
  complain("phone", read.error);
  if (read.error) return phone.focus();
  working(true);
  try {
    const answer = await call("POST", "/otp/send", { body: { phone: read.phone } });
    byId("reason").hidden = true;
    codeScreen.open(sentNow(read.phone, answer, Date.now(), recall()));
  } catch (error) {
    const refused = error instanceof HttpProblem && error.status === 422;
    complain("phone", whyNotSent(error));
    if (refused) phone.focus();
  } finally {
    working(false);
  }
}

/** @param {boolean} busy */
function working(busy) {
  sending = busy;
  phone.readOnly = busy;
  send.setAttribute("aria-disabled", String(busy));
  setText("send", busy ? "Sending…" : "Send code");
}

/** @param {import("../../shell/tokens.js").Answer} answer */
function signedIn(answer) {
  noteUse();
  keep(answer);
  goOn(answer.user);
}

/** @param {import("../../shell/users.js").User} user */
function goOn(user) {
  show("done");
  // The back button must not lead to a code that has been used.
  location.replace(destination(user, location.href));
}

function drawReason() {
  const minutes = IDLE_MS / 60_000;
  const time = Number.isInteger(minutes) ? `${minutes} minute${minutes === 1 ? "" : "s"}` : `${IDLE_MS / 1000} seconds`;
  const texts = {
    self: "You are signed out.",
    everywhere: "You are signed out on all devices.",
    idle: `Signed out after ${time} without use.`,
    ended: "Your sign-in has ended. Sign in again to go on.",
  };
  const reason = reasonLeft();
  byId("reason").hidden = !reason;
  if (reason) setText("reason", texts[reason]);
}

byId("number-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void sendCode();
});
addEventListener("storage", () => {
  // Signed in in another tab: this one is done too.
  const kept = current();
  if (kept && !isOverdue()) goOn(kept.user);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

open();
