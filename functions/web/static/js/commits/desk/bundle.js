/** Where the facility takes documents over by hand: the files of a photo's signed bundle, to save. */
import { make } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { textButton } from "./buttons.js";

/**
 * @param {number} number of the photo
 * @param {() => Promise<import("openapi").BundleDocument>} load
 * @returns {HTMLElement} a button, and in its place the files once somebody wants them, for as long as their links work
 */
export function bundleOf(number, load) {
  const place = make("span", "record-bundle");
  const button = textButton(t("commits.bundle"), "button quiet", () => void show());
  button.setAttribute("aria-label", t("commits.bundle.named", { number }));
  place.append(button);
  return place;

  async function show() {
    button.disabled = true;
    try {
      const { files, expiresAt } = await load();
      place.replaceChildren(...files.map(link));
      place.querySelector("a")?.focus();
      setTimeout(() => place.replaceChildren(button), Math.max(0, expiresAt - Date.now()));
      button.textContent = t("commits.bundle");
    } catch {
      button.textContent = t("commits.bundle.failed");
    }
    button.disabled = false;
  }
}

/** @param {{name: string, url: string}} file */
function link({ name, url }) {
  const words = name.endsWith(".jws.json") ? t("commits.bundle.manifest") : name.endsWith(".json") ? t("commits.bundle.description") : t("commits.bundle.photo");
  const element = make("a", "button quiet", words);
  element.href = url;
  element.download = name;
  return element;
}
