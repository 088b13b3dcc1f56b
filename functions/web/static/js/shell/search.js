/**
 * Search from anywhere, and the keys that work anywhere. What they show is loaded when it is first needed, because most
 * pages are opened without it.
 */
import { commandsFor, loadSearches } from "./commands.js";
import { byId, setText } from "./dom.js";
import { call } from "./http.js";
import { t } from "./messages.js";
import { recentItems, rememberRecent } from "./recent.js";
import { NOTHING, press } from "./sequences.js";
import { siteStorage } from "./storage.js";
import { currentSignIn } from "./sign-in.js";
import { withAccessToken } from "./tokens.js";

/** Holds "off" where a person uses no keys without Ctrl: speech input and some keyboards press them by accident. */
const KEYS_KEY = "bedside.single-keys";

const SEARCH = "/";
const HELP = "?";

/** @type {Promise<[typeof import("./palette/palette.js"), readonly import("./commands.js").Search[]]> | null} */
let loading = null;

/** Makes the search and the keys work on pages that offer them. */
export function startSearch() {
  const button = document.getElementById("search-open");
  if (!button) return;
  button.addEventListener("click", () => void openSearch());
  // What the first search needs is there by the time of the click.
  for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => void load().catch(() => {}), { once: true });
  let pressed = NOTHING;
  addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) void openSearch();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !areKeysOn() || isTaken(event.target)) {
      pressed = NOTHING;
      return;
    }
    const commands = ownCommands();
    const keys = commands.map((command) => command.keys ?? "").filter(Boolean);
    const step = press(pressed, key, Date.now(), [SEARCH, HELP, ...keys]);
    pressed = step.pressed;
    if (step.hit || pressed.keys) event.preventDefault();
    if (step.hit === SEARCH) void openSearch();
    else if (step.hit === HELP) void openShortcuts();
    else if (step.hit) choose(commands.find((command) => command.keys === step.hit));
  });
}

/** Whether keys without Ctrl belong to what has the focus, or to a dialog. @param {EventTarget | null} target */
function isTaken(target) {
  const types = target instanceof Element && target.closest("input, select, textarea, [contenteditable], [role=textbox]");
  return Boolean(types || document.querySelector("dialog[open]"));
}

function areKeysOn() {
  return siteStorage.read(KEYS_KEY) !== "off";
}

/** @returns {import("./commands.js").Command[]} */
function ownCommands() {
  const user = currentSignIn()?.user;
  if (!user) return [];
  return [...commandsFor(user), { title: t("shell.shortcuts.title"), icon: "settings", words: t("shell.shortcuts.words"), isFor: () => true, keys: HELP, run: () => void openShortcuts() }];
}

function load() {
  loading ??= Promise.all([import("./palette/palette.js"), loadSearches()]);
  // Where it failed, the next try loads it anew.
  loading.catch(() => (loading = null));
  return loading;
}

async function openSearch() {
  const dialog = byId("palette", HTMLDialogElement);
  const user = currentSignIn()?.user;
  if (dialog.open || !user) return;
  byId("palette-text", HTMLInputElement).value = "";
  byId("palette-list").replaceChildren();
  setText("palette-said", "");
  dialog.showModal();
  byId("palette-text").focus();
  try {
    const [{ runPalette }, searches] = await load();
    const mine = searches.filter(({ isFor }) => isFor(user));
    if (dialog.open) runPalette({ commands: ownCommands(), searches: mine, get, recent: recentItems(), choose });
  } catch {
    setText("palette-said", t("shell.search.failed"));
  }
}

async function openShortcuts() {
  const [sheet] = await load().catch(() => []);
  if (document.querySelector("dialog[open]")) return;
  sheet?.showShortcuts(ownCommands(), areKeysOn(), (on) => {
    try {
      siteStorage.write(KEYS_KEY, on ? "on" : "off");
    } catch {
      // The keys stay as they were, and the switch says so when the sheet is opened again.
    }
  });
}

/** Without retries: the search says what failed, and the next letter tries again. @type {import("./commands.js").Get} */
function get(path, signal) {
  return withAccessToken((token) => call("GET", path, { token, signal }));
}

/**
 * @param {import("./commands.js").Command | import("./commands.js").Found | undefined} item
 * @param {boolean} [aside] in another tab
 */
function choose(item, aside = false) {
  if (!item) return;
  if ("run" in item && item.run) return item.run();
  const { path } = item;
  if (!path) return;
  if (!("isFor" in item)) rememberRecent({ ...item, path });
  if (aside) return void open(path, "_blank", "noopener");
  const next = new URL(path, location.href);
  const isHere = next.pathname === location.pathname && next.search === location.search;
  location.assign(path);
  // Pages read what stands behind the # only when they are loaded.
  if (isHere && next.hash !== "") location.reload();
}
