/** The sheet of keyboard shortcuts, and the switch that turns off those without Ctrl. */
import { icon, make } from "../dom.js";
import { t } from "../messages.js";

/**
 * @param {readonly import("../commands.js").Command[]} commands
 * @param {boolean} areOn whether keys without Ctrl work
 * @param {(on: boolean) => void} turn
 */
export function showShortcuts(commands, areOn, turn) {
  const title = make("h2", "", t("shell.shortcuts.title"));
  title.id = "shortcuts-title";
  const close = make("button", "button icon-only plain side-close", icon("close"));
  close.type = "button";
  close.setAttribute("aria-label", t("shell.close"));
  const keyed = commands.flatMap((command) => (command.keys ? [{ title: command.title, keys: command.keys }] : []));
  const rows = [
    row(t("shell.search"), "/"),
    row(t("shell.shortcuts.while-typing"), isMac() ? "⌘ K" : t("shell.shortcuts.ctrl-k")),
    ...keyed.map((command) => row(command.title, command.keys)),
  ];
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = areOn;
  box.addEventListener("change", () => turn(box.checked));
  const single = make("label", "shortcuts-switch", box, t("shell.shortcuts.single-keys"));
  const dialog = make("dialog", "wide-dialog shortcuts", close, title, make("dl", "shortcuts-list", ...rows), single);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function isMac() {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/**
 * @param {string} title
 * @param {string} keys
 */
function row(title, keys) {
  const parts = keys.split(" ").flatMap((key, place) => [...(place && /^[a-z] /.test(keys) ? [` ${t("shell.shortcuts.then")} `] : place ? [" "] : []), make("kbd", "", key)]);
  return make("div", "", make("dt", "", title), make("dd", "", ...parts));
}
