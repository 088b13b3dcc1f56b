/**
 * The pages' modules with English texts, as the build makes them, for whatever imports one by itself:
 * `node --import ./tests/web/js/filled.js …` fills them in for Node, `node tests/web/js/filled.js FOLDER` writes them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { SOURCE, fillScript, readCatalogue } from "../../../functions/web/messages.js";

const MODULES = new URL("../../../functions/web/static/js/", import.meta.url);
const catalogue = await readCatalogue(SOURCE);

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    return url.startsWith(MODULES.href) ? { ...loaded, source: fillScript(String(loaded.source), catalogue) } : loaded;
  },
});

const [, script, folder] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder) {
  const root = fileURLToPath(MODULES);
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".js"))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), fillScript(readFileSync(join(root, name), "utf8"), catalogue));
  }
}
