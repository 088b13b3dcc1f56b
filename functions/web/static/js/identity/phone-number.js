/**
 * Phone numbers as people type them: in the digits of any script, with or without a country code. The server reads them,
 * and answers with the number as it understood it.
 */

/**
 * @param {string} text
 * @returns {{phone: string, error: ""} | {phone: "", error: string}} what to send, or that there is no number at all
 */
export function readPhoneNumber(text) {
  if (/\p{Nd}/u.test(text)) return { phone: text.trim(), error: "" };
  return { phone: "", error: text.trim() ? "This is not a phone number." : "Enter a phone number." };
}
