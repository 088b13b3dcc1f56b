/** Parses phone numbers as people type them. Pure; whether a number is valid and supported, the server decides. */

export const COUNTRY_CODE_MISSING = "Start with + and your country code, for example +64 21 555 0101.";

/**
 * @param {string} text
 * @returns {{phone: string, error: ""} | {phone: "", error: string}} the number in E.164, or what is wrong with it
 */
export function parsePhoneNumber(text) {
  const bare = text
    .normalize("NFKC")
    .replace(/\(0\)/g, "")
    // Spaces, dashes, dots, brackets, and the invisible marks that contact apps add.
    .replace(/[\s().\-\u2010-\u2015/\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/^00/, "+");
  if (!bare) return invalid("Enter your phone number.");
  if (!/^\+?\d+$/.test(bare)) return invalid("A phone number has only digits after the +.");
  if (!bare.startsWith("+") || bare.startsWith("+0")) return invalid(COUNTRY_CODE_MISSING);
  if (bare.length < 9) return invalid("This number is too short.");
  if (bare.length > 16) return invalid("This number is too long.");
  return { phone: bare, error: "" };
}

/**
 * @param {string} error
 * @returns {{phone: "", error: string}}
 */
function invalid(error) {
  return { phone: "", error };
}
