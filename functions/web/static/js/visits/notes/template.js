/** What a template makes of notes. Pure. */
import { FIELDS } from "./merge.js";

/**
 * @typedef {import("../api.js").Notes} Notes
 * @typedef {import("openapi").TemplateDocument} Template
 */

/**
 * Returns the notes with the template's texts in the fields that are empty.
 * @param {Notes} texts
 * @param {Template} template
 * @returns {Notes}
 */
export function filled(texts, template) {
  const notes = { ...texts };
  for (const { name } of FIELDS) notes[name] ||= template[name];
  return notes;
}

/**
 * Returns the fields for which the template has a text, and that have another one already.
 * @param {Notes} texts
 * @param {Template} template
 */
export function takenFields(texts, template) {
  return FIELDS.filter(({ name }) => template[name] && texts[name] && !texts[name].includes(template[name]));
}

/**
 * Returns the notes with the template's texts in empty fields, and below those of the others.
 * @param {Notes} texts
 * @param {Template} template
 * @returns {Notes}
 */
export function extended(texts, template) {
  const notes = filled(texts, template);
  for (const { name } of takenFields(texts, template)) notes[name] = `${texts[name]}\n\n${template[name]}`;
  return notes;
}

/**
 * Returns the templates with one more, in the place of the one that has the same name.
 * @param {Template[]} templates
 * @param {Template} template
 */
export function withTemplate(templates, template) {
  const known = templates.some(({ name }) => sameName(name, template.name));
  return known ? templates.map((each) => (sameName(each.name, template.name) ? template : each)) : [...templates, template];
}

/**
 * @param {string} one
 * @param {string} other
 */
export function sameName(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}
