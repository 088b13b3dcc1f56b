/**
 * A page for signed-in people: the shell, with what every domain adds to it. Pages take `requireSignIn` from
 * here, so that none can open without the hooks that protect unsaved work.
 */
import { commands as capture } from "./capture/commands.js";
import { hooks as doses } from "./medications/hooks.js";
import { hooks as bell } from "./notifications/bell.js";
import "./pages.js";
import { commands as patients } from "./patients/commands.js";
import { registerCommands, registerSearches } from "./shell/commands.js";
import { registerHooks } from "./shell/hooks.js";
import "./shell/skip-link.js";
import { commands as visits } from "./visits/commands.js";
import { hooks as notes } from "./visits/notes/hooks.js";

registerHooks(notes, bell, doses);
registerCommands([...capture, ...patients, ...visits]);
registerSearches(() => import("./searches.js"));

export { requireSignIn } from "./shell/auth-guard.js";
