/**
 * What the page reads of the OpenAPI document.
 *
 * @typedef {{$ref?: string, type?: string, format?: string, description?: string, const?: unknown, enum?: unknown[],
 *   anyOf?: Schema[], oneOf?: Schema[], items?: Schema, properties?: Record<string, Schema>, required?: string[],
 *   pattern?: string, minimum?: number, maximum?: number, minLength?: number, maxLength?: number, minItems?: number,
 *   maxItems?: number, default?: unknown}} Schema
 * @typedef {{name: string, in: string, required?: boolean, description?: string, schema: Schema}} Parameter
 * @typedef {Record<string, {schema: Schema}>} Content by media type
 * @typedef {{description: string, headers?: Record<string, unknown>, content?: Content}} Answer
 * @typedef {{name: string, quota: number, windowSeconds: number, counts: "user" | "address" | "session"}} Limit
 * @typedef {{operationId: string, tags: string[], summary: string, "x-caller": string, "x-limit"?: Limit,
 *   parameters?: (Parameter | {$ref: string})[], requestBody?: {content: Content, required: boolean},
 *   responses: Record<string, Answer | {$ref: string}>}} Operation
 * @typedef {{info: {version: string, description: string}, tags: {name: string, description: string}[],
 *   paths: Record<string, Record<string, Operation>>}} OpenApi
 */
import { t } from "../shell/messages.js";

/** @typedef {{between: (least: string, most: string) => string, from: (least: string) => string,
 *   upTo: (most: string) => string}} RangeWords */

/** @type {RangeWords} */
const VALUES = {
  between: (least, most) => t("docs.range", { least, most }),
  from: (least) => t("docs.range.least", { least }),
  upTo: (most) => t("docs.range.most", { most }),
};
/** @type {RangeWords} */
const CHARACTERS = {
  between: (least, most) => t("docs.characters", { least, most }),
  from: (least) => t("docs.characters.least", { least }),
  upTo: (most) => t("docs.characters.most", { most }),
};
/** @type {RangeWords} */
const ITEMS = {
  between: (least, most) => t("docs.items", { least, most }),
  from: (least) => t("docs.items.least", { least }),
  upTo: (most) => t("docs.items.most", { most }),
};

/**
 * Follows a reference inside the document.
 * @template T
 * @param {OpenApi} document
 * @param {T | {$ref: string}} found
 * @returns {T}
 */
export function resolve(document, found) {
  if (!(found && typeof found === "object" && "$ref" in found) || !found.$ref) return /** @type {T} */ (found);
  const names = found.$ref.split("/").slice(1);
  return names.reduce((/** @type {any} */ part, name) => part[name], document);
}

/**
 * The name of what a schema refers to, "" for a schema without a name.
 * @param {Schema} schema
 * @returns {string}
 */
export function nameOf(schema) {
  return schema.$ref?.split("/").pop() ?? "";
}

/**
 * A type in a few words, such as `VisitDocument[] or null`.
 * @param {Schema} schema
 * @returns {string}
 */
export function typeOf(schema) {
  if (schema.$ref) return nameOf(schema);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeOf).reduce((one, other) => t("docs.or", { one, other }));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") {
    const items = typeOf(schema.items ?? {});
    return items.includes(" ") ? `(${items})[]` : `${items}[]`;
  }
  if (schema.format) return `${schema.type} (${schema.format})`;
  return schema.type ?? t("docs.anything");
}

/**
 * What a value must keep to besides its type, such as `1 to 180`.
 * @param {Schema} schema
 * @returns {string[]}
 */
export function constraintsOf(schema) {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap(constraintsOf);
  return [
    range(schema.minimum, schema.maximum, VALUES),
    range(schema.minLength, schema.maxLength, CHARACTERS),
    range(schema.minItems, schema.maxItems, ITEMS),
    schema.pattern ? t("docs.matches", { pattern: schema.pattern }) : "",
    schema.default === undefined || schema.default === null ? "" : t("docs.default", { value: JSON.stringify(schema.default) }),
  ].filter((text) => text);
}

/**
 * The objects that a schema is made of, itself first: what a reader needs to see to know all of it.
 * @param {OpenApi} document
 * @param {Schema} schema
 * @param {Map<string, Schema>} [found]
 * @returns {Map<string, Schema>} by name
 */
export function objectsOf(document, schema, found = new Map()) {
  const name = nameOf(schema);
  if (found.has(name)) return found;
  const whole = resolve(document, schema);
  if (name) found.set(name, whole);
  const parts = [...Object.values(whole.properties ?? {}), ...(whole.anyOf ?? []), ...(whole.oneOf ?? [])];
  if (whole.items) parts.push(whole.items);
  for (const part of parts) objectsOf(document, part, found);
  return found;
}

/**
 * @param {number | undefined} least
 * @param {number | undefined} most
 * @param {RangeWords} words
 */
function range(least, most, { between, from, upTo }) {
  // As strings, since these are numbers of a program.
  if (least !== undefined && most !== undefined) return between(String(least), String(most));
  if (least !== undefined) return from(String(least));
  return most === undefined ? "" : upTo(String(most));
}
