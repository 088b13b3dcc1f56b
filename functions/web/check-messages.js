/**
 * Checks the pages' texts: `node functions/web/check-messages.js`. Prints what is wrong, and fails if anything is.
 *
 * - A language lacks a text, or has one that the source lacks; a text's places or forms differ from the source's.
 * - A page uses a text that does not exist or with other values than it has places, or no page uses a text.
 * - A document or module holds a text itself.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { inDocument, inScript } from "./literals.js";
import { REFERENCE, SOURCE, placesOf, readCatalogue, readDomains, readLanguages } from "./messages.js";

const STATIC = join(import.meta.dirname, "static");
const CATALOGUES = join(import.meta.dirname, "messages");

/** @type {string[]} */
const findings = [];
/** @type {Set<string>} */
const used = new Set();

const languages = await readLanguages(CATALOGUES);
const source = await readCatalogue(SOURCE, CATALOGUES);
await checkCatalogues();
await checkPages();
for (const key of source.keys()) if (!used.has(key)) findings.push(`messages/${SOURCE}: no page uses ${key}`);

for (const finding of findings) console.error(finding);
process.exitCode = findings.length > 0 ? 1 : 0;

async function checkCatalogues() {
  for (const language of languages) {
    for (const [domain, texts] of await readDomains(language, CATALOGUES)) {
      for (const key of Object.keys(texts)) {
        if (!key.startsWith(`${domain}.`)) findings.push(`messages/${language}/${domain}.json: ${key} must begin with "${domain}."`);
      }
    }
    const catalogue = await readCatalogue(language, CATALOGUES);
    for (const key of source.keys()) if (!catalogue.has(key)) findings.push(`messages/${language}: ${key} is missing`);
    for (const [key, text] of catalogue) checkText(language, key, text);
  }
}

/**
 * @param {string} language
 * @param {string} key
 * @param {import("./messages.js").Message} text
 */
function checkText(language, key, text) {
  const original = source.get(key);
  if (original === undefined) return void findings.push(`messages/${language}: ${key} is not in ${SOURCE}`);
  if (typeof text !== typeof original) return void findings.push(`messages/${language}: ${key} has forms in one language only`);
  if (String(placesOf(text)) !== String(placesOf(original))) {
    findings.push(`messages/${language}: ${key} has the places {${placesOf(text).join(", ")}}, not {${placesOf(original).join(", ")}}`);
  }
  const forms = typeof text === "string" ? [text] : Object.values(text);
  if (forms.some((form) => !form.trim() || form !== form.trim())) findings.push(`messages/${language}: ${key} is empty, or has spaces around it`);
  if (typeof text === "string") return;
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  if (String(Object.keys(text).sort()) !== String([...wanted].sort())) findings.push(`messages/${language}: ${key} needs the forms ${wanted.join(", ")}`);
}

async function checkPages() {
  for (const file of (await readdir(STATIC, { recursive: true })).filter((name) => /\.(html|js)$/.test(name)).sort()) {
    const text = await readFile(join(STATIC, file), "utf8");
    const { uses, literals } = file.endsWith(".html") ? inDocument(text, REFERENCE) : inScript(file, text);
    for (const { key, line, values } of uses) checkUse(`${relative(import.meta.dirname, STATIC)}/${file}:${line}`, key, values);
    for (const { line, text: literal } of literals) findings.push(`static/${file}:${line}: “${literal}” belongs into a catalogue: CONTRIBUTING.md, “Add a text”`);
  }
}

/**
 * @param {string} place
 * @param {string} key "" if it is not written out
 * @param {string[] | null} values null if they are not written out
 */
function checkUse(place, key, values) {
  const text = source.get(key);
  used.add(key);
  if (!key) return void findings.push(`${place}: write the key out`);
  if (text === undefined) return void findings.push(`${place}: there is no text ${key}`);
  const wanted = typeof text === "string" ? placesOf(text) : [...new Set(["count", ...placesOf(text)])].sort();
  if (values === null || String([...values].sort()) !== String(wanted)) {
    findings.push(`${place}: ${key} needs the values {${wanted.join(", ")}}, written out`);
  }
}
