/** The screen for the code, which is typed, pasted or read from the SMS; shows the remaining time and tries. */
import { announce, byId, showFieldError, setText, showScreen } from "../../shell/dom.js";
import { errorMessage, retryAdvice } from "../../shell/error-messages.js";
import { faultMessage } from "../../shell/faults.js";
import { minutesAndSeconds } from "../../shell/format.js";
import { HttpProblem, NetworkFailure, call } from "../../shell/http.js";
import { locale, t } from "../../shell/messages.js";
import { findStorageFailure } from "../../shell/storage.js";
import { deviceTokens } from "./device-tokens.js";
import { countDigits, digitsIn, loadChallenge, saveChallenge, newChallenge } from "./otp-challenge.js";
import { readOtpFromSms } from "./web-otp.js";

/** A longer Retry-After means that the number is locked. In milliseconds. */
const LOCKED_MS = 23 * 3_600_000;

/**
 * @param {number} ms how long the lock lasts
 * @returns {string}
 */
export function lockedMessage(ms) {
  const until = new Date(Date.now() + ms).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
  return t("identity.code.locked", { until });
}

/** Longer waits are shown as a time of day. In milliseconds. */
const COUNTDOWN_MAX_MS = 600_000;

/** @typedef {import("./otp-challenge.js").OtpChallenge} OtpChallenge */

export class OtpScreen {
  #onSignedIn;
  #onChange;
  #input = byId("code", HTMLInputElement);
  #check = byId("check", HTMLButtonElement);
  #resend = byId("resend", HTMLButtonElement);
  /** @type {OtpChallenge | null} */
  #challenge = null;
  #busy = false;
  #expired = false;
  #locked = false;
  #reading = new AbortController();
  /** The last code that was tried, with a secret by which the server knows the same attempt again. */
  #attempt = { otp: "", id: "" };

  /**
   * @param {(answer: import("openapi").SignInDocument) => void} onSignedIn
   * @param {() => void} onChange called when the person wants to use another number
   */
  constructor(onSignedIn, onChange) {
    this.#onSignedIn = onSignedIn;
    this.#onChange = onChange;
    this.#input.addEventListener("input", () => this.#typed());
    byId("code-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#resend.addEventListener("click", () => void this.#sendAgain());
    byId("change").addEventListener("click", () => this.#leave());
    setInterval(() => this.#tick(), 500);
  }

  /** @param {OtpChallenge} sent */
  open(sent) {
    showScreen("code");
    this.#begin(sent);
    announce(t("identity.code.sent-to", { phone: sent.phone }));
  }

  /** @param {OtpChallenge} sent */
  #begin(sent) {
    this.#challenge = sent;
    this.#expired = this.#locked = false;
    saveChallenge(sent);
    setText("code-phone", sent.phone);
    this.#input.value = "";
    showFieldError("code", sent.triesLeft < 1 ? NO_TRIES : "");
    this.#draw();
    this.#input.focus();
    this.#reading.abort();
    this.#reading = new AbortController();
    void readOtpFromSms((code) => {
      this.#input.value = code;
      this.#typed();
    }, this.#reading.signal);
  }

  #leave() {
    this.#reading.abort();
    this.#challenge = null;
    this.#onChange();
  }

  #typed() {
    const digits = digitsIn(this.#input.value);
    if (this.#input.value !== digits) this.#input.value = digits;
    if (countDigits(digits) === 6) void this.#submit();
  }

  async #submit() {
    const sent = this.#challenge;
    if (this.#busy || !sent || this.#unusable) return;
    const otp = this.#input.value;
    if (countDigits(otp) < 6) {
      showFieldError("code", t("identity.code.six"));
      return this.#input.focus();
    }
    // A sign-in that cannot be stored would use up the code.
    const failure = findStorageFailure();
    if (failure) return showFieldError("code", failure.message);
    this.#setBusy(true);
    showFieldError("code", "");
    if (this.#attempt.otp !== otp) this.#attempt = { otp, id: randomId() };
    const body = { phone: sent.phone, otp, deviceTokens: deviceTokens(), attemptId: this.#attempt.id };
    try {
      const answer = await call("POST", "/otp/verify", { body });
      this.#onSignedIn(answer);
      this.#reading.abort();
      this.#challenge = null;
      saveChallenge(null);
    } catch (error) {
      this.#setBusy(false);
      this.#verifyFailed(error, sent);
    }
  }

  /**
   * @param {unknown} error
   * @param {OtpChallenge} sent
   */
  #verifyFailed(error, sent) {
    const problem = error instanceof HttpProblem ? error : null;
    if (problem?.slug === "otp-invalid") {
      sent.triesLeft -= 1;
      this.#input.value = "";
      showFieldError("code", sent.triesLeft > 0 ? t("identity.code.wrong", { count: sent.triesLeft }) : NO_TRIES);
    } else if (problem?.slug === "too-many-attempts") {
      sent.triesLeft = 0;
      const wait = problem.retryAfterMs ?? 0;
      sent.resendAt = Math.max(sent.resendAt, Date.now() + wait);
      this.#input.value = "";
      this.#locked = wait >= LOCKED_MS;
      showFieldError("code", this.#locked ? lockedMessage(wait) : NO_TRIES);
    } else if (problem?.slug === "deactivated") {
      showFieldError("code", t("identity.code.deactivated"));
    } else {
      showFieldError("code", error instanceof NetworkFailure ? t("identity.code.kept", { failure: errorMessage(error) }) : errorMessage(error));
    }
    saveChallenge(sent);
    this.#draw();
    (this.#locked ? byId("change") : this.#unusable ? this.#resend : this.#input).focus();
  }

  async #sendAgain() {
    const sent = this.#challenge;
    if (this.#busy || !sent || this.#waitMs > 0) return;
    this.#setBusy(true);
    showFieldError("code", "");
    try {
      const answer = await call("POST", "/otp/send", { body: { phone: sent.phone, deviceTokens: deviceTokens() } });
      this.#setBusy(false);
      this.#begin(newChallenge(answer, Date.now(), loadChallenge()));
      announce(t("identity.code.sent-again"));
    } catch (error) {
      this.#setBusy(false);
      const problem = error instanceof HttpProblem ? error : null;
      if (problem?.status === 429) sent.resendAt = Date.now() + (problem.retryAfterMs ?? 60_000);
      this.#locked = problem?.slug === "too-many-attempts";
      showFieldError("code", sendErrorMessage(error));
      this.#draw();
    }
  }

  /** Whether this code can no longer be used. */
  get #unusable() {
    return this.#expired || this.#locked || (this.#challenge?.triesLeft ?? 0) < 1;
  }

  get #waitMs() {
    return this.#locked ? Infinity : (this.#challenge?.resendAt ?? 0) - Date.now();
  }

  #tick() {
    const sent = this.#challenge;
    if (!sent) return;
    if (!this.#expired && Date.now() >= sent.expiresAt) {
      this.#expired = true;
      // A running check may still succeed: its response decides.
      if (!this.#busy && !this.#locked && sent.triesLeft > 0) showFieldError("code", t("identity.code.expired"));
    }
    this.#draw();
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    this.#input.readOnly = busy;
    this.#draw();
  }

  #draw() {
    const sent = this.#challenge;
    if (!sent) return;
    const spent = this.#unusable;
    const waiting = this.#waitMs;
    this.#input.disabled = spent && !this.#busy;
    setText("code-life", spent ? "" : t("identity.code.valid", { time: minutesAndSeconds(sent.expiresAt - Date.now()) }));
    setText("check", this.#busy ? t("identity.code.checking") : t("identity.sign-in"));
    this.#check.setAttribute("aria-disabled", String(this.#busy));
    this.#check.hidden = spent && !this.#busy;
    this.#resend.classList.toggle("primary", spent && !this.#busy);
    this.#resend.hidden = this.#locked;
    this.#resend.setAttribute("aria-disabled", String(this.#busy || waiting > 0));
    setText("resend", waiting > 0 ? waitText(waiting) : t("identity.code.new"));
  }
}

const NO_TRIES = t("identity.code.no-tries");

/** @returns {string} 128 random bits */
function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function sendErrorMessage(error) {
  const problem = error instanceof HttpProblem ? error : null;
  if (problem?.slug === "too-many-attempts") return lockedMessage(problem.retryAfterMs ?? LOCKED_MS);
  if (problem?.slug === "too-many-codes") return t("identity.code.too-many", { advice: retryAdvice(problem.retryAfterMs) });
  if (problem && problem.status >= 500) return t("identity.code.not-sent");
  if (problem?.status === 422) return faultMessage(problem.errors[0]);
  return errorMessage(error);
}

/** @param {number} ms */
function waitText(ms) {
  if (ms <= COUNTDOWN_MAX_MS) return t("identity.code.new-in", { time: minutesAndSeconds(ms) });
  const time = new Date(Date.now() + ms).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
  return t("identity.code.new-at", { time });
}
