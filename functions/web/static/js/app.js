/**
 * A page for signed-in people: the shell, with the pages and hooks of every domain. Pages take `requireSignIn` from
 * here, so that none can open without the hooks that protect unsaved work.
 */
import "./pages.js";
import { registerHooks } from "./shell/hooks.js";
import "./shell/skip-link.js";
import { hooks as notes } from "./visits/notes/hooks.js";

registerHooks(notes);

export { requireSignIn } from "./shell/auth-guard.js";
