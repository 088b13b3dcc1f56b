/**
 * The search: a combobox over commands, pages, and what the domains' searches find. It is a bundle of its own, so it
 * gets all that a page knows as arguments.
 *
 * @typedef {import("../commands.js").Command} Command
 * @typedef {import("../commands.js").Found} Found
 * @typedef {import("../commands.js").Search} Search
 * @typedef {Command | Found} Item
 * @typedef {{title: string, items: readonly Item[]}} Group
 * @typedef {{commands: readonly Command[], searches: readonly Search[],
 *   get: import("../commands.js").Get, recent: readonly Found[],
 *   choose: (item: Item, aside: boolean) => void}} Sources
 */
import { byId, icon, make, setText } from "../dom.js";
import { formatList, t } from "../messages.js";
import { best } from "./ranking.js";

export { showShortcuts } from "./shortcut-sheet.js";

/** A search begins when nothing has been typed for this long. In milliseconds. */
const PAUSE_MS = 150;

const MOST_COMMANDS = 6;
const MOST_FOUND = 8;

/** @param {Command} command */
function isPage({ keys }) {
  return keys?.startsWith("g ") ?? false;
}

/** @param {Sources} sources */
export function runPalette({ commands, searches, get, recent, choose }) {
  const dialog = byId("palette", HTMLDialogElement);
  const input = byId("palette-text", HTMLInputElement);
  const list = byId("palette-list");
  const ends = new AbortController();
  /** @type {{item: Item, option: HTMLElement}[]} */
  let options = [];
  let chosen = 0;
  /** What was found for the text as it stands, by search. @type {Map<Search, readonly Found[]>} */
  let found = new Map();
  /** @type {Search[]} */
  let failed = [];
  let asked = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  /** @returns {Group[]} */
  const groups = () => {
    const text = input.value.trim();
    if (!text) {
      return [
        { title: t("shell.palette.recent"), items: recent },
        { title: t("shell.palette.pages"), items: commands.filter(isPage) },
        { title: t("shell.palette.actions"), items: commands.filter((command) => !isPage(command)) },
      ];
    }
    return [
      { title: t("shell.palette.pages-and-actions"), items: best(text, commands, MOST_COMMANDS) },
      ...searches.map((search) => ({ title: search.title, items: (found.get(search) ?? []).slice(0, MOST_FOUND) })),
    ];
  };

  const draw = () => {
    const before = options[chosen]?.item;
    options = [];
    const drawn = groups().filter(({ items }) => items.length > 0).map(({ title, items }, number) => {
      const heading = make("div", "palette-group small muted", title);
      heading.id = `palette-group-${number}`;
      const group = make("div", "", heading, ...items.map(drawOption));
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", heading.id);
      return group;
    });
    list.replaceChildren(...drawn);
    // What somebody has moved to stays chosen when more is found.
    const place = chosen > 0 ? options.findIndex(({ item }) => item === before) : 0;
    mark(Math.max(0, place));
    say();
  };

  /** @param {Item} item */
  const drawOption = (item) => {
    const option = make("div", "palette-option", icon(item.icon ?? "search"), make("span", "palette-title", item.title));
    if ("detail" in item && item.detail) option.append(make("span", "small muted palette-detail", item.detail));
    if ("keys" in item && item.keys) option.append(make("span", "palette-keys", ...item.keys.split(" ").map((key) => make("kbd", "", key))));
    option.id = `palette-option-${options.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    options.push({ item, option });
    return option;
  };

  /** @param {number} place */
  const mark = (place) => {
    options[chosen]?.option.setAttribute("aria-selected", "false");
    chosen = place;
    const option = options[chosen]?.option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(options.length > 0));
  };

  const say = () => {
    const text = input.value.trim();
    const running = text.length > 1 && found.size + failed.length < searches.length;
    const names = formatList(failed.map(({ title }) => title));
    const number = options.length;
    if (!text) setText("palette-said", "");
    else if (running) setText("palette-said", t("shell.palette.searching"));
    else if (names) setText("palette-said", t("shell.palette.failed", { names }));
    else if (number === 0) setText("palette-said", t("shell.palette.nothing", { text }));
    else setText("palette-said", t("shell.palette.results", { count: number }));
  };

  /** @param {string} text @param {AbortSignal} signal */
  const search = async (text, signal) => {
    await Promise.all(
      searches.map(async (each) => {
        try {
          const items = await each.find(text, get, signal);
          if (!signal.aborted) found.set(each, items);
        } catch {
          if (!signal.aborted) failed.push(each);
        }
        // An answer to what was typed before is dropped.
        if (!signal.aborted) draw();
      }),
    );
  };

  const change = () => {
    clearTimeout(pause);
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const text = input.value.trim();
    found = new Map();
    failed = [];
    chosen = 0;
    draw();
    list.scrollTop = 0;
    if (text.length > 1) pause = setTimeout(() => void search(text, signal), PAUSE_MS);
  };

  /** @param {Item | undefined} item @param {boolean} aside */
  const take = (item, aside) => {
    if (!item) return;
    dialog.close();
    choose(item, aside);
  };

  const { signal } = ends;
  input.addEventListener("input", change, { signal });
  input.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
      if (step && options.length) mark((chosen + step + options.length) % options.length);
      if (event.key === "Enter") take(options[chosen]?.item, event.ctrlKey || event.metaKey);
      if (step || event.key === "Enter") event.preventDefault();
    },
    { signal },
  );
  list.addEventListener(
    "click",
    (event) => {
      const { target } = event;
      const place = options.findIndex(({ option }) => target instanceof Node && option.contains(target));
      take(options[place]?.item, event.ctrlKey || event.metaKey);
    },
    { signal },
  );
  // The text keeps the focus, so that a keyboard goes on where it was.
  list.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close(), { signal });
  dialog.addEventListener(
    "close",
    () => {
      clearTimeout(pause);
      asked.abort();
      ends.abort();
      // Names of patients do not stay in the page.
      list.replaceChildren();
    },
    { signal },
  );
  // Something may have been typed while this was loaded.
  change();
}
