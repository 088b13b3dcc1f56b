/** Texts to copy for those who administer the record. */
import { announce } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";

/**
 * Copies what is in a field, and says so; where that is not allowed, the text is marked, so that it can be copied by hand.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {HTMLElement} button
 */
export async function copyFrom(field, button) {
  try {
    await navigator.clipboard.writeText(field.value);
    announce(t("commits.key.copied"));
    button.textContent = t("commits.key.copied");
  } catch {
    field.select();
  }
}
