/** Reads the code from the SMS where the browser supports WebOTP. */

/**
 * @param {(code: string) => void} onCode
 * @param {AbortSignal} signal
 */
export async function readOtpFromSms(onCode, signal) {
  if (!("OTPCredential" in globalThis)) return;
  try {
    // TypeScript's DOM library lacks WebOTP.
    const asked = /** @type {CredentialRequestOptions} */ ({ otp: { transport: ["sms"] }, signal });
    const found = /** @type {{code?: string} | null} */ (await navigator.credentials.get(asked));
    if (found?.code && !signal.aborted) onCode(found.code);
  } catch {
    // Denied, timed out or aborted: the code can be typed.
  }
}
