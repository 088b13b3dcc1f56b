/**
 * Phone numbers as people type them: in the digits of any script, with or without a country code. The server reads them,
 * and answers with the number as it understood it.
 */
import { t } from "../shell/messages.js";

/**
 * @param {string} text
 * @returns {{phone: string, error: ""} | {phone: "", error: string}} what to send, or that there is no number at all
 */
export function readPhoneNumber(text) {
  if (/\p{Nd}/u.test(text)) return { phone: text.trim(), error: "" };
  return { phone: "", error: text.trim() ? t("identity.phone.wrong") : t("identity.phone.missing") };
}
