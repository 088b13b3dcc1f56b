/** What kept doses need on every page: they leave with the sign-in, however it ends. */
import { siteStorage } from "../shell/storage.js";

export const DOSES_KEY = "bedside.doses";

/** @type {import("../shell/hooks.js").PageHooks} */
export const hooks = { onLeave: () => siteStorage.remove(DOSES_KEY) };
