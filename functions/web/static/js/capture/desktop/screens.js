/** Which screen of the desktop page shows. */
import { byId, showScreen } from "../../shell/dom.js";

/** @param {"loading" | "form" | "mismatch" | "failed" | "closed" | "session" | "ended"} name */
export function showDesktopScreen(name) {
  byId("session-controls").hidden = name !== "session";
  byId("patient").hidden = name !== "session" && name !== "ended";
  showScreen(name);
}
