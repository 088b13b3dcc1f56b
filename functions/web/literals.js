/**
 * Finds texts in documents and scripts: uses of catalogues, and texts that people read and that are in none.
 *
 * Whether a string of a script is read by people is a guess: it begins like a sentence, or has several words. Names of
 * classes, selectors, events, keys and messages of thrown errors are none.
 */
import ts from "typescript";

/**
 * @typedef {{key: string, line: number, values: string[] | null}} Use
 * @typedef {{line: number, text: string}} Literal
 * @typedef {{uses: Use[], literals: Literal[]}} Found
 */

/** Words that are the same in every language. */
const NAMES = new Set(["Bedside", "openapi.json", "·", "/"]);
const SHOWN_ATTRIBUTE = /\s(?:aria-label|alt|placeholder|title|content)="([^"]*)"/g;
const LETTERS = /\p{L}{2}/u;

/**
 * @param {string} html
 * @param {RegExp} reference
 * @returns {Found}
 */
export function inDocument(html, reference) {
  const lineAt = (/** @type {number} */ at) => html.slice(0, at).split("\n").length;
  const uses = [...html.matchAll(reference)].map(({ index, 1: key, 2: placed }) => {
    return { key, line: lineAt(index), values: [...placed.matchAll(/ (\w+)=</g)].map(([, name]) => name) };
  });
  // What is not text keeps its length, so that lines stay what they are.
  const blank = (/** @type {string} */ part) => part.replace(/[^\n]/g, " ");
  const rest = html.replaceAll(/\{\{[^{}]*\}\}|<!--[^]*?-->|<symbol[^]*?<\/symbol>/g, blank);
  const shown = [...rest.matchAll(SHOWN_ATTRIBUTE)].filter(([whole]) => !whole.trim().startsWith("content="));
  const texts = [...rest.replaceAll(/<[^>]*>/g, blank).matchAll(/\S[^\n]*/g)];
  const literals = [...shown.map(({ index, 1: text }) => ({ index, text })), ...texts.map(({ index, 0: text }) => ({ index, text }))]
    .filter(({ text }) => text.split(/\s+/).some((word) => LETTERS.test(word) && !NAMES.has(word)))
    .map(({ index, text }) => ({ line: lineAt(index), text: text.trim() }));
  return { uses, literals };
}

/**
 * @param {string} file
 * @param {string} source
 * @returns {Found}
 */
export function inScript(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  /** @type {Found} */
  const found = { uses: [], literals: [] };
  /** @param {ts.Node} node */
  const visit = (node) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "t") {
      const [key, values] = node.arguments;
      const written = values && ts.isObjectLiteralExpression(values) ? values.properties.map((each) => each.name?.getText(tree) ?? "") : null;
      found.uses.push({ key: key && ts.isStringLiteral(key) ? key.text : "", line, values: values ? written : [] });
      if (values) visit(values);
      return;
    }
    const text = textOf(node);
    if (text !== null && isProse(text) && !isCode(node)) found.literals.push({ line, text });
    ts.forEachChild(node, visit);
  };
  // The function itself takes any key.
  if (file !== "js/shell/messages.js") visit(tree);
  return found;
}

/** @param {ts.Node} node @returns {string | null} with "…" for what a template inserts */
function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join("");
  return null;
}

/** @param {string} text */
function isProse(text) {
  if (NAMES.has(text) || text.startsWith("<") || !/\p{Ll}/u.test(text)) return false;
  return /^\p{Lu}\p{Ll}/u.test(text) || /\p{L}[,.]? \p{L}{2}/u.test(text) || /(^|[\s}])\p{Ll}{2,}[\s,.:…]*\{\}|\{\}[\s,.:]+\p{Ll}{2,}/u.test(text);
}

const TAKES_CODE =
  /^(addEventListener|removeEventListener|querySelector(All)?|closest|matches|matchMedia|toggle|add|remove|contains|includes|setProperty|getItem|setItem|getContext|createElementNS|import|append|has|request|get|startsWith|endsWith|split|join|download)$/;

/** @param {ts.Node} node @returns {boolean} whether only programs read it */
function isCode(node) {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  if (ts.isElementAccessExpression(parent) || ts.isCaseClause(parent)) return true;
  if (ts.isPropertyAssignment(parent) && (parent.name === node || /^(accept|authorization|className|key|"font-family")$/.test(parent.name.getText()))) return true;
  if (ts.isBinaryExpression(parent) && /^[=!]==$|^in$/.test(parent.operatorToken.getText())) return true;
  if (ts.isBinaryExpression(parent) && /\.(name|cookie|href|authorization|download|rel)$/.test(parent.left.getText())) return true;
  // Errors that are thrown are for those who read the console.
  if (ts.isNewExpression(parent)) return ts.isThrowStatement(parent.parent) || /^(Error|TypeError|RangeError|DOMException|Set|Map|URL)$/.test(parent.expression.getText());
  if (!ts.isCallExpression(parent)) return isClassName(node);
  const called = parent.expression;
  const name = ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
  if (name === "append") return false;
  if (name === "setAttribute") return parent.arguments[1] !== node || !/^"(aria-label|title|alt|placeholder|aria-description)"$/.test(parent.arguments[0]?.getText() ?? "");
  const place = parent.arguments.indexOf(/** @type {ts.Expression} */ (node));
  // make(tag, className, …children), textButton(text, className, act), pictureButton(picture, name, key, act)
  if (name === "make") return place < 2;
  if (name === "textButton") return place === 1;
  if (name === "pictureButton") return place !== 1;
  return TAKES_CODE.test(name);
}

/** @param {ts.Node} node */
function isClassName(node) {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (ts.isCallExpression(parent)) {
      return parent.expression.getText() === "make" && parent.arguments.indexOf(/** @type {ts.Expression} */ (at)) === 1;
    }
    if (ts.isBinaryExpression(parent) && parent.right === at && parent.left.getText().endsWith("className")) return true;
    if (!ts.isConditionalExpression(parent) && !ts.isParenthesizedExpression(parent) && !ts.isTemplateSpan(parent) && !ts.isTemplateExpression(parent)) return false;
  }
  return false;
}
