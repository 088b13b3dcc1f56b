/** Names of phones and computers, which the server tells in English, in the page's language. */
import { t } from "./messages.js";

/** By how a name begins; behind it may be a model and a number. "iPhone" is one in every language. */
const KINDS = Object.entries({
  "Android phone": t("shell.device.android-phone"),
  "Android tablet": t("shell.device.android-tablet"),
  "Windows computer": t("shell.device.windows-computer"),
  Phone: t("shell.device.phone"),
});

/**
 * @param {string} name such as "Android phone (Pixel 8) 2"
 * @returns {string}
 */
export function deviceName(name) {
  const [kind, text] = KINDS.find(([begin]) => name.startsWith(begin)) ?? ["", ""];
  return text + name.slice(kind.length);
}
