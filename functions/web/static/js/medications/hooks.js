/** What kept doses need on every page: they leave with the sign-in, however it ends, and so does the key to them. */
import { siteStorage } from "../shell/storage.js";

export const DOSES_KEY = "bedside.doses";

/** @type {import("../shell/hooks.js").PageHooks} */
export const hooks = {
  onLeave() {
    siteStorage.remove(DOSES_KEY);
    return import("./dose-key.js").then((key) => key.forgetDoseKey(), () => {}); // a key to nothing may stay
  },
};
