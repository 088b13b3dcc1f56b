/**
 * The texts of the pages. Each has a key, and the build puts the text of the page's language in its place: what reaches
 * a browser holds the texts of one language, and no keys. So a key is always written out in the call of `t`.
 */

/**
 * What dates and numbers are written by: the page's language, as the browser's owner writes it where it says so.
 * @type {string}
 */
export const locale = localeOf(globalThis.document?.documentElement.lang || "en", globalThis.navigator?.languages ?? []);

const fromRight = globalThis.document?.documentElement.dir === "rtl";

/** Where rows go on: 1 to the right, -1 to the left. */
export const onward = fromRight ? -1 : 1;

/**
 * @param {import("messages").MessageKey} key
 * @param {Record<string, string | number>} [values] for the text's places; `count` chooses the form of a text with several
 * @returns {string}
 */
export function t(key, values = {}) {
  const message = /** @type {string | Record<string, string>} */ (key);
  const text =
    typeof message === "string" ? message : (message[new Intl.PluralRules(locale).select(Number(values.count))] ?? message.other ?? "");
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? formatNumber(value) : isolated(value);
  });
}

/**
 * @param {string} text whose direction is its own, such as a phone number or a name
 * @returns {string} with marks around it where the page is written from right to left, which would tear it apart
 */
export function isolated(text) {
  return fromRight && text && !text.startsWith("{") ? `\u2068${text}\u2069` : text;
}

/**
 * @param {string} text with places that stand in it again, as after a call of `t` with `{ left: "{left}" }`
 * @param {Record<string, Node>} elements for these places
 * @returns {(string | Node)[]}
 */
export function withElements(text, elements) {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (elements[part] ?? "") : part));
}

/** @param {number} value */
export function formatNumber(value) {
  return new Intl.NumberFormat(locale).format(value);
}

/**
 * @param {string[]} items
 * @returns {string} "notes, photos and visits"
 */
export function formatList(items) {
  return new Intl.ListFormat(locale).format(items);
}

/**
 * @param {string} language of the page
 * @param {readonly string[]} preferred the browser's, the best first
 * @returns {string}
 */
function localeOf(language, preferred) {
  return preferred.find((each) => each === language || each.startsWith(`${language}-`)) ?? language;
}
