/**
 * The pages' texts: a catalogue for each language, `messages/LANGUAGE/DOMAIN.json`, and how they take the place of their
 * keys. `build.js` does so for each language; a script and a document that reach a browser hold texts, and no keys.
 *
 * A text may have places, `{name}`, and forms for numbers: `{"one": "{count} photo", "other": "{count} photos"}`.
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** The language that texts are written in first, and that a page has if it has no other. */
export const SOURCE = "en";

/**
 * A language for tests, made from the source: written from right to left, its words longer. It shows what a page does not
 * leave room for, what it does not mirror, and which texts are in no catalogue.
 */
export const PSEUDO = "ar-XB";

/** Scripts that are written from right to left, as far as a page could be translated into them. */
const FROM_RIGHT = new Set(["Arab", "Hebr", "Syrc", "Thaa"]);

/** @typedef {string | Record<string, string>} Message a text, or its forms by category of `Intl.PluralRules` */
/** @typedef {Map<string, Message>} Catalogue texts by key */

/** A call of `t`, up to what follows its key. */
export const CALL = /(?<![\w$.])t\("([a-z][\w.-]*)"(?=([,)]))/g;

/** A text in a document: `{{t identity.code.sent phone=<strong id="phone"></strong>}}` puts elements in its places. */
export const REFERENCE = /\{\{t ([a-z][\w.-]*)((?: \w+=<[^{}]+>)*)\}\}/g;

const PLACED = /(\w+)=(<[^{}]+?>)(?= \w+=<|$)/g;

/** @param {string} root the folder of the catalogues @returns {Promise<string[]>} the languages, the source first */
export async function readLanguages(root = join(import.meta.dirname, "messages")) {
  const found = await readdir(root);
  return [SOURCE, ...found.filter((name) => name !== SOURCE).sort()];
}

/**
 * @param {string} language
 * @param {string} root the folder of the catalogues
 * @returns {Promise<Catalogue>} all domains' texts
 */
export async function readCatalogue(language, root = join(import.meta.dirname, "messages")) {
  if (language === PSEUDO) return pseudo(await readCatalogue(SOURCE, root));
  /** @type {Catalogue} */
  const catalogue = new Map();
  for (const [, texts] of await readDomains(language, root)) for (const [key, text] of Object.entries(texts)) catalogue.set(key, text);
  return catalogue;
}

/**
 * @param {string} language
 * @param {string} root
 * @returns {Promise<[string, Record<string, Message>][]>} by domain
 */
export async function readDomains(language, root = join(import.meta.dirname, "messages")) {
  const files = (await readdir(join(root, language))).sort();
  return Promise.all(
    files.map(async (file) => /** @type {const} */ ([basename(file, ".json"), JSON.parse(await readFile(join(root, language, file), "utf8"))])),
  );
}

/**
 * @param {string} source of a script
 * @param {Catalogue} catalogue
 * @returns {string} with texts in place of keys, and without a call where a text needs no values
 */
export function fillScript(source, catalogue) {
  return source.replaceAll(CALL, (_, key, next) => {
    const text = find(catalogue, key);
    if (next === ")" && typeof text !== "string") throw new Error(`messages: ${key} counts, and needs a count`);
    return (next === ")" ? "(" : "t(") + JSON.stringify(text);
  });
}

/**
 * @param {string} html
 * @param {string} language
 * @param {Catalogue} catalogue
 * @returns {string} the document in this language
 */
export function fillDocument(html, language, catalogue) {
  return html
    .replaceAll(REFERENCE, (_, key, placed) => {
      const text = find(catalogue, key);
      if (typeof text !== "string") throw new Error(`messages: ${key}: a document cannot count`);
      const elements = new Map([...placed.matchAll(PLACED)].map(([, name, element]) => [name, element]));
      return escape(text).replace(/\{(\w+)\}/g, (place, name) => elements.get(name) ?? place);
    })
    .replaceAll("{{language}}", language)
    .replaceAll("{{direction}}", directionOf(language));
}

/**
 * @param {string[]} languages
 * @param {string} current
 * @returns {string} the options of a menu of languages, each in its own words
 */
export function languageOptions(languages, current) {
  return languages
    .map((language) => {
      const name = new Intl.DisplayNames([language], { type: "language" }).of(language);
      return `<option value="${language}" lang="${language}"${language === current ? " selected" : ""}>${name}</option>`;
    })
    .join("");
}

/** @param {Message} message @returns {string[]} the names of its places */
export function placesOf(message) {
  const forms = typeof message === "string" ? [message] : Object.values(message);
  return [...new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)))].sort();
}

/**
 * @param {Catalogue} catalogue
 * @param {string} key
 * @returns {Message}
 */
function find(catalogue, key) {
  const text = catalogue.get(key);
  if (text === undefined) throw new Error(`messages: there is no text ${key}`);
  return text;
}

/** @param {string} language */
function directionOf(language) {
  return FROM_RIGHT.has(new Intl.Locale(language).maximize().script ?? "") ? "rtl" : "ltr";
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** @param {Catalogue} catalogue @returns {Catalogue} */
function pseudo(catalogue) {
  /** @param {string} text */
  const turn = (text) =>
    // RIGHT-TO-LEFT OVERRIDE and POP DIRECTIONAL FORMATTING around each word; each vowel twice.
    text.replace(/\{\w+\}|\p{L}+/gu, (word) => (word.startsWith("{") ? word : `\u202e${word.replace(/[aeiou]/gi, "$&$&")}\u202c`));
  /** @type {Catalogue} */
  const turned = new Map();
  for (const [key, text] of catalogue) {
    turned.set(key, typeof text === "string" ? turn(text) : Object.fromEntries(Object.entries(text).map(([form, words]) => [form, turn(words)])));
  }
  return turned;
}
