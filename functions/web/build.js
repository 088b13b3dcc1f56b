/**
 * Builds the pages that browsers load from the sources in ./static: `node functions/web/build.js FOLDER [LANGUAGE…]`.
 *
 * FOLDER/capture.html is a page, filled in but for its settings, and FOLDER/de/capture.html the same in German.
 * FOLDER/assets holds one stylesheet for each page and one script for each of its languages, the service worker, the
 * workers that scripts start, the scripts that they load later, and the pages' pictures, each with a hash of its content in its name, and
 * beside each text its source map (.map, in English only) and its compressed forms (.gz, .br).
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { SOURCE, fillDocument, fillScript, languageOptions, readCatalogue, readLanguages } from "./messages.js";

const STATIC = join(import.meta.dirname, "static");
const ROOT = join(import.meta.dirname, "../..");

const PART = /^ *\{\{part ([a-z-]+)\}\}\n/gm;
const STYLESHEET = /^ *<link rel="stylesheet" href="\{\{assets\}\}\/([^"]+)">\n/gm;
const SCRIPT = /^( *)<script type="module" src="\{\{assets\}\}\/([^"]+)"><\/script>\n/m;
const ASSET = /\{\{assets\}\}\/([^"]+)/g;
/** Only a document that says it exists in every language; others are in English. */
const TRANSLATED = '<html lang="{{language}}" dir="{{direction}}">';
/** No page loads it; it has an address of its own. */
const SERVICE_WORKER = "js/sw.js";
const WORKER = /new URL\("(\.\/[^"]+\.js)", import\.meta\.url\)/g;

/** esbuild's names of the browsers in package.json. @type {Record<string, string>} */
const BROWSERS = { safari: "safari", ios_saf: "ios", chrome: "chrome", edge: "edge", firefox: "firefox" };

/** @typedef {{stylesheets: string[], script: string | null}} Entry what a page loads, as paths below ./static */

const [folder, ...others] = process.argv.slice(2);
if (!folder) throw new Error("usage: node build.js FOLDER [LANGUAGE…]");
await build(folder, others.length > 0 ? [SOURCE, ...others] : await readLanguages());

/**
 * @param {string} target
 * @param {string[]} languages the source first
 */
async function build(target, languages) {
  const documents = await readDocuments();
  const styles = await bundleStyles(documents);
  const pictures = await readPictures([...documents.values()]);

  await rm(target, { recursive: true, force: true });
  await mkdir(join(target, "assets"), { recursive: true });
  const files = new Map([...styles, ...[...pictures.values()].map((each) => /** @type {const} */ ([each.name, each.content]))]);
  for (const language of languages) {
    const catalogue = await readCatalogue(language);
    const translated = new Map([...documents].filter(([, html]) => language === SOURCE || html.includes(TRANSLATED)));
    const scripts = await bundleScripts(translated, language, catalogue);
    for (const [name, content] of scripts) files.set(name, content);
    const place = language === SOURCE ? target : join(target, language);
    await mkdir(place, { recursive: true });
    for (const [page, html] of translated) {
      const text = fillDocument(html, language, catalogue).replaceAll("{{languages}}", languageOptions(languages, language));
      await writeFile(join(place, `${page}.html`), fill(text, page, language, [...styles.keys(), ...scripts.keys()], pictures));
    }
  }
  for (const [name, content] of files) {
    await writeFile(join(target, "assets", name), content);
    for (const [suffix, smaller] of compress(name, content)) await writeFile(join(target, "assets", name + suffix), smaller);
  }
}

/** @returns {Promise<Map<string, string>>} the pages by name, with the parts that they share */
async function readDocuments() {
  /** @type {Map<string, string>} */
  const documents = new Map();
  for (const file of (await readdir(STATIC)).filter((name) => name.endsWith(".html")).sort()) {
    documents.set(basename(file, ".html"), await withParts(await readFile(join(STATIC, file), "utf8")));
  }
  return documents;
}

/** @param {string} html @returns {Promise<string>} with its parts, and theirs */
async function withParts(html) {
  let whole = html;
  for (const [reference, part] of html.matchAll(PART)) {
    const content = await withParts(await readFile(join(STATIC, `parts/${part}.html`), "utf8"));
    whole = whole.replace(reference, () => content);
  }
  return whole;
}

/** @param {string} html @returns {Entry} */
function entryOf(html) {
  return { stylesheets: [...html.matchAll(STYLESHEET)].map((link) => link[1]), script: SCRIPT.exec(html)?.[2] ?? null };
}

/**
 * @param {Map<string, string>} documents by page
 * @returns {Promise<Map<string, Uint8Array>>} stylesheets and their source maps by name: the same in every language
 */
async function bundleStyles(documents) {
  const files = new Map([...documents].map(([page, html]) => [page, entryOf(html).stylesheets]));
  const built = await run([...files.keys()].map((page) => ({ in: `page:${page}`, out: page })), [pages(files)]);
  return new Map(built.filter(([name]) => /\.css(\.map)?$/.test(name)));
}

/**
 * @param {Map<string, string>} documents by page
 * @param {string} language
 * @param {import("./messages.js").Catalogue} catalogue
 * @returns {Promise<Map<string, Uint8Array>>} scripts, and the source maps of those in English, by name
 */
async function bundleScripts(documents, language, catalogue) {
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  /** @type {Map<string, string[]>} */
  const scripts = new Map();
  for (const [page, html] of documents) {
    const { script } = entryOf(html);
    if (script) scripts.set(page, [script]);
  }
  const points = [...scripts.keys()].map((page) => ({ in: `page:${page}`, out: page + ending(language) }));
  points.push({ in: join(STATIC, SERVICE_WORKER), out: basename(SERVICE_WORKER, ".js") + ending(language) });
  const plugins = [pages(scripts), texts(files, catalogue), later(files, language, catalogue)];
  for (const [name, content] of await run(points, plugins, language)) files.set(name, content);
  return files;
}

/** @param {string} language @returns {string} what the name of a script in it has before its hash */
function ending(language) {
  return language === SOURCE ? "" : `.${language}`;
}

/**
 * A page's entry point imports its stylesheets, or its script.
 * @param {Map<string, string[]>} files by page, as paths below ./static
 * @returns {esbuild.Plugin}
 */
function pages(files) {
  return {
    name: "pages",
    setup(build) {
      build.onResolve({ filter: /^page:/ }, ({ path }) => ({ path: path.slice("page:".length), namespace: "page" }));
      build.onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => {
        return { contents: (files.get(path) ?? []).map((file) => `import "./${file}";`).join("\n"), resolveDir: STATIC };
      });
    },
  };
}

/**
 * Puts texts in place of their keys. A worker is a bundle of its own, and the script that starts it names its hash.
 * @param {Map<string, Uint8Array>} files where the workers' files go
 * @param {import("./messages.js").Catalogue} catalogue
 * @returns {esbuild.Plugin}
 */
function texts(files, catalogue) {
  return {
    name: "texts",
    setup(build) {
      build.onLoad({ filter: /\.js$/, namespace: "file" }, async ({ path }) => {
        let contents = fillScript(await readFile(path, "utf8"), catalogue);
        for (const [expression, relative] of [...contents.matchAll(WORKER)]) {
          const point = { in: join(dirname(path), relative), out: basename(relative, ".js") };
          const built = await run([point], []);
          for (const [name, content] of built) files.set(name, content);
          const [script] = built.map(([name]) => name).filter((name) => name.endsWith(".js"));
          contents = contents.replace(expression, expression.replace(relative, `./${script}`));
        }
        return { contents, loader: "js" };
      });
    },
  };
}

/**
 * A script that is loaded when it is needed, `import("./editor.js")`, is a bundle of its own too. It shares no module's
 * state with the page, whose modules it gets a second time; so it may import only modules without any.
 * @param {Map<string, Uint8Array>} files where its files go
 * @param {string} language
 * @param {import("./messages.js").Catalogue} catalogue
 * @returns {esbuild.Plugin}
 */
function later(files, language, catalogue) {
  return {
    name: "later",
    setup(build) {
      build.onResolve({ filter: /^\.\/.*\.js$/ }, async ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const point = { in: join(resolveDir, path), out: basename(path, ".js") + ending(language) };
        const built = await run([point], [texts(files, catalogue), later(files, language, catalogue)], language);
        for (const [name, content] of built) files.set(name, content);
        const [script] = built.map(([name]) => name).filter((name) => name.endsWith(".js"));
        return { path: `./${script}`, external: true };
      });
    },
  };
}

/**
 * @param {{in: string, out: string}[]} entryPoints
 * @param {esbuild.Plugin[]} plugins
 * @param {string} [language]
 * @returns {Promise<[string, Uint8Array][]>} files by name
 */
async function run(entryPoints, plugins, language = SOURCE) {
  const { outputFiles, warnings } = await esbuild.build({
    entryPoints,
    plugins,
    absWorkingDir: ROOT,
    // Nothing is written here; the place only keeps this machine's paths out of the source maps.
    outdir: join(STATIC, "assets"),
    write: false,
    entryNames: "[name]-[hash]",
    bundle: true,
    format: "esm",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    // Whoever reads a page's code can do so in English.
    sourcemap: language === SOURCE ? "linked" : false,
    target: await oldestBrowsers(),
    // esbuild's table asks for the newest characters' properties too; what these browsers know suffices.
    supported: { "regexp-unicode-property-escapes": true },
    // What cannot be rewritten for an old browser must not reach it.
    logOverride: { "unsupported-regexp": "error", "unsupported-css-property": "error" },
  });
  if (warnings.length > 0) throw new Error("the pages are built without warnings only");
  return Promise.all(outputFiles.map(async ({ path, contents }) => [basename(path), path.endsWith(".map") ? await withSources(contents) : contents]));
}

/** @param {Uint8Array} map @returns {Promise<Uint8Array>} with the sources as they are, which have keys of texts */
async function withSources(map) {
  const whole = JSON.parse(new TextDecoder().decode(map));
  whole.sourcesContent = await Promise.all(
    whole.sources.map((/** @type {string} */ source) => readFile(join(STATIC, "assets", source), "utf8")),
  );
  return new TextEncoder().encode(JSON.stringify(whole));
}

/** @returns {Promise<string[]>} the browsers of package.json's `browserslist`, as esbuild names them */
async function oldestBrowsers() {
  const { browserslist } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return browserslist.map((/** @type {string} */ line) => {
    const [, name, version] = /^(\w+) >= ([\d.]+)$/.exec(line) ?? [];
    if (!BROWSERS[name]) throw new Error(`package.json: browserslist: ${line}`);
    return BROWSERS[name] + version;
  });
}

/**
 * @param {string[]} documents
 * @returns {Promise<Map<string, {name: string, content: Uint8Array}>>} what the pages name beside styles and scripts
 */
async function readPictures(documents) {
  /** @type {Map<string, {name: string, content: Uint8Array}>} */
  const pictures = new Map();
  for (const html of documents) {
    for (const [, path] of html.replace(STYLESHEET, "").replace(SCRIPT, "").matchAll(ASSET)) {
      const content = await readFile(join(STATIC, path));
      const suffix = extname(path);
      // As long as esbuild's, and of the same characters.
      const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
      pictures.set(path, { name: `${basename(path, suffix)}-${hash}${suffix}`, content });
    }
  }
  return pictures;
}

/**
 * @param {string} html
 * @param {string} page
 * @param {string} language
 * @param {string[]} names of all bundles
 * @param {Map<string, {name: string}>} pictures
 * @returns {string} the page that loads its bundles
 */
function fill(html, page, language, names, pictures) {
  const named = (/** @type {string} */ stem, /** @type {string} */ suffix) => names.find((name) => stemOf(name) === stem && name.endsWith(suffix));
  let linked = false;
  return html
    .replace(STYLESHEET, () => {
      if (linked) return "";
      linked = true;
      return `    <link rel="stylesheet" href="/assets/${named(page, ".css")}">\n`;
    })
    .replace(SCRIPT, (_, indent) => `${indent}<script type="module" src="/assets/${named(page + ending(language), ".js")}"></script>\n`)
    .replace(ASSET, (_, path) => `/assets/${pictures.get(path)?.name}`);
}

/** @param {string} name of a bundle @returns {string} what stands before its hash */
function stemOf(name) {
  return name.replace(/-[A-Z0-9]{8}\.[a-z.]+$/, "");
}

/**
 * @param {string} name
 * @param {Uint8Array} content
 * @returns {[string, Uint8Array][]} the forms that are smaller, by the end of their names; source maps are read too rarely
 */
function compress(name, content) {
  if (!/\.(js|css|svg)$/.test(name)) return [];
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  /** @type {[string, Uint8Array][]} */
  const forms = [
    [".gz", gzipSync(content, { level: 9 })],
    [".br", brotliCompressSync(content, { params })],
  ];
  return forms.filter(([, smaller]) => smaller.length < content.length);
}
