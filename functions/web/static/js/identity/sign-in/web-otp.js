/** Takes the code out of the message by itself, where the browser offers that (WebOTP). */

/**
 * @param {(code: string) => void} onCode
 * @param {AbortSignal} signal
 */
export async function readOtpFromSms(onCode, signal) {
  if (!("OTPCredential" in globalThis)) return;
  try {
    // The type library does not know WebOTP yet.
    const asked = /** @type {CredentialRequestOptions} */ ({ otp: { transport: ["sms"] }, signal });
    const found = /** @type {{code?: string} | null} */ (await navigator.credentials.get(asked));
    if (found?.code && !signal.aborted) onCode(found.code);
  } catch {
    // Refused, overdue or aborted: the code can be typed.
  }
}
