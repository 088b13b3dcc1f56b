/** One call of the API, folded up until somebody wants to know more. */
import { make } from "../shell/dom.js";
import { t } from "../shell/messages.js";
import { constraintsOf, nameOf, objectsOf, resolve, typeOf } from "./openapi.js";
import { inEnglish, prose } from "./prose.js";

/**
 * @typedef {import("./openapi.js").OpenApi} OpenApi
 * @typedef {import("./openapi.js").Operation} Operation
 * @typedef {import("./openapi.js").Schema} Schema
 * @typedef {import("./openapi.js").Answer} Answer
 * @typedef {import("./openapi.js").Parameter} Parameter
 */

/** @type {Record<string, string>} */
const CALLERS = {
  anyone: t("docs.caller.anyone"),
  signedIn: t("docs.caller.signed-in"),
  clinician: t("docs.caller.clinician"),
  admin: t("docs.caller.admin"),
  phone: t("docs.caller.phone"),
  clinicianOrPhone: t("docs.caller.clinician-or-phone"),
  provider: t("docs.caller.provider"),
};
/** @type {Record<import("./openapi.js").Limit["counts"], (count: number, seconds: number) => string>} */
const LIMITS = {
  user: (count, seconds) => t("docs.limit.user", { count, seconds }),
  address: (count, seconds) => t("docs.limit.address", { count, seconds }),
  session: (count, seconds) => t("docs.limit.session", { count, seconds }),
};
/** @type {Record<string, (type: string) => string>} */
const PLACES = {
  path: (type) => t("docs.in.path", { type }),
  query: (type) => t("docs.in.query", { type }),
  header: (type) => t("docs.in.header", { type }),
};

/**
 * @param {OpenApi} document
 * @param {string} method
 * @param {string} path
 * @param {Operation} operation
 */
export function callSection(document, method, path, operation) {
  const details = make("details", "call card");
  details.id = operation.operationId;
  details.append(
    make(
      "summary",
      "",
      make("span", `method ${method}`, method.toUpperCase()),
      make("span", "path", ...breakable(path)),
      inEnglish(make("span", "what", operation.summary)),
    ),
  );
  // What is inside is made when it is first wanted: the page has forty calls.
  details.addEventListener("toggle", () => details.append(...parts(document, operation)), { once: true });
  return details;
}

/**
 * @param {OpenApi} document
 * @param {Operation} operation
 * @returns {Node[]}
 */
function parts(document, operation) {
  const found = [...part(t("docs.caller"), make("p", "", CALLERS[operation["x-caller"]] ?? operation["x-caller"]))];
  const limit = operation["x-limit"];
  if (limit) {
    found.push(...part(t("docs.limit"), make("p", "", LIMITS[limit.counts](limit.quota, limit.windowSeconds))));
  }
  const parameters = (operation.parameters ?? []).map((each) => resolve(document, /** @type {Parameter} */ (each)));
  if (parameters.length) found.push(...part(t("docs.parameters"), make("dl", "fields", ...parameters.flatMap(parameterRow))));
  const body = operation.requestBody;
  if (body) {
    const title = body.required ? t("docs.body") : t("docs.body.optional");
    found.push(...part(title, ...content(document, Object.values(body.content)[0]?.schema ?? {})));
  }
  const answers = Object.entries(operation.responses).map(
    ([status, answer]) => /** @type {[string, Answer]} */ ([status, resolve(document, answer)]),
  );
  for (const [status, answer] of answers.filter(([code]) => Number(code) < 400)) {
    const schema = answer.content?.["application/json"]?.schema;
    const headers = Object.keys(answer.headers ?? {}).join(", ");
    found.push(
      ...part(
        t("docs.answer", { status, description: answer.description }),
        ...(schema ? content(document, schema) : [make("p", "", t("docs.no-body"))]),
        make("p", "muted small", t("docs.headers", { names: headers })),
      ),
    );
  }
  const problems = answers.filter(([code]) => Number(code) >= 400).flatMap(([, answer]) => problemRows(document, answer));
  return [...found, ...part(t("docs.problems"), make("dl", "fields problems", ...problems))];
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function part(title, ...content) {
  return [make("h3", "", title), ...content];
}

/** @param {Parameter} parameter */
function parameterRow({ name, in: where, required, description, schema }) {
  const told = [where === "path" ? "" : required ? t("docs.required") : t("docs.optional"), ...constraintsOf(schema)];
  return row(name, PLACES[where]?.(typeOf(schema)) ?? typeOf(schema), told, description);
}

/**
 * A schema as tables, one for each object that it is made of.
 * @param {OpenApi} document
 * @param {Schema} schema
 */
function content(document, schema) {
  const objects = objectsOf(document, schema);
  if (!objects.size) return [schema.description ? inEnglish(make("p", "", schema.description)) : make("p", "", typeOf(schema))];
  return [...objects].map(([name, whole]) => {
    const about = whole.description ? [inEnglish(make("p", "muted small", ...prose(whole.description)))] : [];
    const heading = make("h4", "", name);
    if (!whole.properties) return make("div", "object", heading, make("p", "values", typeOf(whole)));
    const rows = Object.entries(whole.properties).flatMap(([field, each]) => {
      const optional = whole.required?.includes(field) ? "" : t("docs.optional");
      return row(field, typeOf(each), [optional, ...constraintsOf(each)], each.description);
    });
    return make("div", "object", heading, ...about, make("dl", "fields", ...rows));
  });
}

/**
 * @param {OpenApi} document
 * @param {Answer} answer
 */
function problemRows(document, answer) {
  const schema = answer.content?.["application/problem+json"]?.schema ?? {};
  const kinds = schema.oneOf ?? [schema];
  return kinds.flatMap((kind) => {
    const { type, title, status } = resolve(document, kind).properties ?? {};
    const slug = String(type?.const ?? nameOf(kind)).split("/").pop() ?? "";
    return row(`${status?.const ?? ""} ${slug}`, inEnglish(make("span", "", String(title?.const ?? ""))), []);
  });
}

/**
 * @param {string} name
 * @param {string | Node} type
 * @param {string[]} told
 * @param {string} [description]
 */
function row(name, type, told, description) {
  const rest = told.filter((text) => text).join("; ");
  return [
    make("dt", "", name),
    make(
      "dd",
      "",
      make("span", "type", type),
      ...(rest ? [make("span", "muted small", rest)] : []),
      ...(description ? [inEnglish(make("span", "small", ...prose(description)))] : []),
    ),
  ];
}

/**
 * Lets a long path break before its slashes, and nowhere else.
 * @param {string} path
 */
function breakable(path) {
  return path.split(/(?=\/)/).flatMap((step) => [document.createElement("wbr"), step]);
}
