/** On a phone, controls and notes are tabs below the room; on a desktop both are visible, without tabs. */
import { byId } from "../../shell/dom.js";

const TABS = /** @type {const} */ (["controls", "notes"]);

export function initTabs() {
  for (const name of TABS) {
    byId(`tab-${name}`).onclick = () => choose(name);
    byId(`tab-${name}`).onkeydown = (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const next = name === "controls" ? "notes" : "controls";
      choose(next);
      byId(`tab-${next}`).focus();
    };
  }
  choose("controls");
}

/** @param {typeof TABS[number]} chosen */
function choose(chosen) {
  byId("visit").dataset.tab = chosen;
  for (const name of TABS) {
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === chosen));
    byId(`tab-${name}`).tabIndex = name === chosen ? 0 : -1;
  }
}
