/** Which screen of the desktop page shows. */
import { byId, show } from "../../shell/dom.js";

/** @param {"loading" | "form" | "failed" | "closed" | "session" | "ended"} name */
export function showScreen(name) {
  byId("session-controls").hidden = name !== "session";
  byId("patient").hidden = name !== "session";
  show(name);
}
