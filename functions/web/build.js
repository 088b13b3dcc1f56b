/**
 * Builds the pages that browsers load from the sources in ./static: `node functions/web/build.js FOLDER`.
 *
 * FOLDER/capture.html is a page, filled in but for its settings. FOLDER/assets holds one script and one stylesheet for
 * each page, the workers that scripts start, the scripts that they load later, and the pages' pictures, each with a hash
 * of its content in its name, and beside each text its source map (.map) and its compressed forms (.gz, .br).
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

const STATIC = join(import.meta.dirname, "static");
const ROOT = join(import.meta.dirname, "../..");

const PART = /^ *\{\{part ([a-z-]+)\}\}\n/gm;
const STYLESHEET = /^ *<link rel="stylesheet" href="\{\{assets\}\}\/([^"]+)">\n/gm;
const SCRIPT = /^( *)<script type="module" src="\{\{assets\}\}\/([^"]+)"><\/script>\n/m;
const ASSET = /\{\{assets\}\}\/([^"]+)/g;
const WORKER = /new URL\("(\.\/[^"]+\.js)", import\.meta\.url\)/g;

/** esbuild's names of the browsers in package.json. @type {Record<string, string>} */
const BROWSERS = { safari: "safari", ios_saf: "ios", chrome: "chrome", edge: "edge", firefox: "firefox" };

/** @typedef {{stylesheets: string[], script: string | null}} Entry what a page loads, as paths below ./static */

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: node build.js FOLDER");
await build(folder);

/** @param {string} target */
async function build(target) {
  const documents = await readDocuments();
  const entries = new Map([...documents].map(([page, html]) => [page, entryOf(html)]));
  const bundles = await bundle(entries);
  const pictures = await readPictures([...documents.values()]);

  await rm(target, { recursive: true, force: true });
  await mkdir(join(target, "assets"), { recursive: true });
  for (const [page, html] of documents) {
    await writeFile(join(target, `${page}.html`), fill(html, page, [...bundles.keys()], pictures));
  }
  for (const [name, content] of [...bundles, ...[...pictures.values()].map((each) => /** @type {const} */ ([each.name, each.content]))]) {
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
 * @param {Map<string, Entry>} entries by page
 * @returns {Promise<Map<string, Uint8Array>>} scripts, stylesheets and source maps by name
 */
async function bundle(entries) {
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  /** A page's entry point imports its stylesheets and its script. @type {esbuild.Plugin} */
  const pages = {
    name: "pages",
    setup(build) {
      build.onResolve({ filter: /^page:/ }, ({ path }) => ({ path: path.slice("page:".length), namespace: "page" }));
      build.onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => {
        const { stylesheets = [], script = null } = entries.get(path) ?? {};
        const imported = script ? [...stylesheets, script] : stylesheets;
        return { contents: imported.map((file) => `import "./${file}";`).join("\n"), resolveDir: STATIC };
      });
    },
  };
  const points = [...entries.keys()].map((page) => ({ in: `page:${page}`, out: page }));
  const unused = new Set([...entries].flatMap(([page, { script }]) => (script ? [] : [page])));
  for (const [name, content] of await run(points, [pages, workers(files), later(files)])) {
    const page = pageOf(name);
    if (!(unused.has(page) && /\.js(\.map)?$/.test(name))) files.set(name, content);
  }
  return files;
}

/**
 * A worker is a bundle of its own, and the script that starts it names the worker's hash.
 * @param {Map<string, Uint8Array>} files where the workers' files go
 * @returns {esbuild.Plugin}
 */
function workers(files) {
  return {
    name: "workers",
    setup(build) {
      build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        let contents = await readFile(path, "utf8");
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
 * @returns {esbuild.Plugin}
 */
function later(files) {
  return {
    name: "later",
    setup(build) {
      build.onResolve({ filter: /^\.\/.*\.js$/ }, async ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const built = await run([{ in: join(resolveDir, path), out: basename(path, ".js") }], [later(files)]);
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
 * @returns {Promise<[string, Uint8Array][]>} files by name
 */
async function run(entryPoints, plugins) {
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
    sourcemap: "linked",
    target: await oldestBrowsers(),
    // esbuild's table asks for the newest characters' properties too; what these browsers know suffices.
    supported: { "regexp-unicode-property-escapes": true },
    // What cannot be rewritten for an old browser must not reach it.
    logOverride: { "unsupported-regexp": "error", "unsupported-css-property": "error" },
  });
  if (warnings.length > 0) throw new Error("the pages are built without warnings only");
  return outputFiles.map((file) => [basename(file.path), file.contents]);
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
 * @param {string[]} names of all bundles
 * @param {Map<string, {name: string}>} pictures
 * @returns {string} the page that loads its bundles
 */
function fill(html, page, names, pictures) {
  const named = (/** @type {string} */ suffix) => names.find((name) => pageOf(name) === page && name.endsWith(suffix));
  let linked = false;
  return html
    .replace(STYLESHEET, () => {
      if (linked) return "";
      linked = true;
      return `    <link rel="stylesheet" href="/assets/${named(".css")}">\n`;
    })
    .replace(SCRIPT, (_, indent) => `${indent}<script type="module" src="/assets/${named(".js")}"></script>\n`)
    .replace(ASSET, (_, path) => `/assets/${pictures.get(path)?.name}`);
}

/** @param {string} name of a bundle @returns {string} what stands before its hash */
function pageOf(name) {
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
