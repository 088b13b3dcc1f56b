/** The menu of languages. The server answers in the language that the cookie names, or else in one of the browser's. */
import { byId } from "./dom.js";

/** How long a browser keeps the choice. In seconds. */
const KEPT_S = 365 * 24 * 3_600;

export function startLanguageMenu() {
  const menu = byId("language", HTMLSelectElement);
  menu.addEventListener("change", () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `language=${menu.value}; path=/; max-age=${KEPT_S}; samesite=lax${secure}`;
    location.reload();
  });
}
