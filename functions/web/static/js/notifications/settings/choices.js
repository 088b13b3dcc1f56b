/** What can be chosen, in plain words. */
import { t } from "../../shell/messages.js";

/**
 * @typedef {import("openapi").PreferencesDocument} Preferences
 * @typedef {Preferences["channels"][number]} Channel
 * @typedef {keyof Preferences["categories"]} Category
 */

/** @type {readonly {code: Channel, name: string}[]} */
export const CHANNELS = Object.freeze([
  { code: "push", name: t("notifications.channel.push") },
  { code: "mail", name: t("notifications.channel.mail") },
  { code: "sms", name: t("notifications.channel.sms") },
]);

/** @type {readonly {code: Category, name: string}[]} */
export const CATEGORIES = Object.freeze([
  { code: "appointments", name: t("notifications.category.appointments") },
  { code: "medicines", name: t("notifications.category.medicines") },
  { code: "photos", name: t("notifications.category.photos") },
  { code: "money", name: t("notifications.category.money") },
  { code: "account", name: t("notifications.category.account") },
]);

/** @param {string} value @returns {Preferences["language"]} */
export function languageOf(value) {
  return value === "de" ? "de" : "en";
}
