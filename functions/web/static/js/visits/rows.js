/** Updates only the rows of a list that changed, so that focus and reading position stay. */

/**
 * @param {HTMLElement} list
 * @param {{key: string, drawn: string, make: () => HTMLElement}[]} wanted `drawn` changes when the row looks different
 */
export function updateRows(list, wanted) {
  const before = new Map([...list.children].map((row) => [row instanceof HTMLElement ? row.dataset.key : "", row]));
  const focused = document.activeElement?.closest("[data-key]");
  const key = focused instanceof HTMLElement && list.contains(focused) ? focused.dataset.key : null;
  const rows = wanted.map((row) => {
    const old = before.get(row.key);
    if (old instanceof HTMLElement && old.dataset.drawn === row.drawn) return old;
    const made = row.make();
    made.dataset.key = row.key;
    made.dataset.drawn = row.drawn;
    return made;
  });
  const kind = document.activeElement?.localName ?? "a";
  if (rows.length === list.children.length && rows.every((row, place) => row === list.children[place])) return;
  list.replaceChildren(...rows);
  if (!key) return;
  const row = list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const again = row?.querySelector(kind) ?? row?.querySelector("a, button");
  if (again instanceof HTMLElement) again.focus();
}
