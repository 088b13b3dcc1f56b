/** The sign-in page: phone number, code, then on to the page that the person wanted. */
import { byId, showFieldError, setText, showScreen } from "../../shell/dom.js";
import { HttpProblem, call } from "../../shell/http.js";
import { IDLE_TIMEOUT_MS, isTimedOut, recordActivity } from "../../shell/idle-timeout.js";
import { startLanguageMenu } from "../../shell/language.js";
import { t } from "../../shell/messages.js";
import { findStorageFailure } from "../../shell/storage.js";
import { currentSignIn, signOutReason, storeSignIn } from "../../shell/sign-in.js";
import { signOut } from "../../shell/tokens.js";
import { readPhoneNumber } from "../phone-number.js";
import { destination } from "./destination.js";
import { deviceTokens, keepDeviceToken } from "./device-tokens.js";
import { loadChallenge, newChallenge } from "./otp-challenge.js";
import { OtpScreen, sendErrorMessage } from "./otp-screen.js";

const phone = byId("phone", HTMLInputElement);
const send = byId("send", HTMLButtonElement);
const otpScreen = new OtpScreen(signedIn, askForNumber);
let sending = false;

function open() {
  // Until here, a form that is sent would load the page again.
  byId("not-ready").remove();
  send.disabled = false;
  byId("check", HTMLButtonElement).disabled = false;
  const failure = findStorageFailure();
  if (failure) {
    setText("blocked-text", failure.message);
    return showScreen("blocked");
  }
  if (currentSignIn() && isTimedOut()) signOut("idle");
  const kept = currentSignIn();
  if (kept) return redirect(kept.user);
  drawSignOutReason();
  const sent = loadChallenge();
  if (!sent || sent.expiresAt <= Date.now()) return askForNumber();
  phone.value = sent.phone;
  otpScreen.open(sent);
}

function askForNumber() {
  showScreen("number");
  phone.focus();
  phone.select();
}

async function sendCode() {
  if (sending) return;
  const read = readPhoneNumber(phone.value);
  showFieldError("phone", read.error);
  if (read.error) return phone.focus();
  setBusy(true);
  try {
    const answer = await call("POST", "/otp/send", { body: { phone: read.phone, deviceTokens: deviceTokens() } });
    byId("reason").hidden = true;
    otpScreen.open(newChallenge(answer, Date.now(), loadChallenge()));
  } catch (error) {
    const refused = error instanceof HttpProblem && error.status === 422;
    showFieldError("phone", sendErrorMessage(error));
    if (refused) phone.focus();
  } finally {
    setBusy(false);
  }
}

/** @param {boolean} busy */
function setBusy(busy) {
  sending = busy;
  phone.readOnly = busy;
  send.setAttribute("aria-disabled", String(busy));
  setText("send", busy ? t("identity.sign-in.sending") : t("identity.sign-in.send"));
}

/** @param {import("openapi").SignInDocument} answer */
function signedIn(answer) {
  keepDeviceToken(answer.deviceToken);
  recordActivity();
  storeSignIn(answer);
  redirect(answer.user);
}

/** @param {import("../../shell/users.js").User} user */
function redirect(user) {
  showScreen("done");
  // The back button must not return to a used code.
  location.replace(destination(user, location.href));
}

function drawSignOutReason() {
  const minutes = IDLE_TIMEOUT_MS / 60_000;
  const idle = Number.isInteger(minutes)
    ? t("identity.out.idle-minutes", { count: minutes })
    : t("identity.out.idle-seconds", { count: IDLE_TIMEOUT_MS / 1000 });
  const texts = {
    self: t("identity.out.self"),
    everywhere: t("identity.out.everywhere"),
    idle,
    ended: t("identity.out.ended"),
  };
  const reason = signOutReason();
  byId("reason").hidden = !reason;
  if (reason) setText("reason", texts[reason]);
}

byId("number-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void sendCode();
});
addEventListener("storage", () => {
  // Signed in from another tab: leave this one too.
  const kept = currentSignIn();
  if (kept && !isTimedOut()) redirect(kept.user);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

startLanguageMenu();
open();
