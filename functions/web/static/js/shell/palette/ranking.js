/** How well a command fits what was typed. Pure. */

/** Without accents and macrons, in lower case. @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * @param {string} typed
 * @param {{title: string, words?: string}} item
 * @returns {number} 0 where it does not fit; the better, the higher
 */
export function score(typed, { title, words = "" }) {
  const parts = fold(typed).split(/\s+/).filter(Boolean);
  const name = fold(title);
  if (parts.length === 0) return 0;
  if (name.startsWith(parts.join(" "))) return 4;
  const begins = (/** @type {string} */ text) => parts.every((part) => ` ${text}`.includes(` ${part}`));
  if (begins(name)) return 3;
  if (begins(`${name} ${fold(words)}`)) return 2;
  return parts.every((part) => part.length > 1 && name.includes(part)) ? 1 : 0;
}

/**
 * @param {string} typed
 * @param {...(string | null | undefined)} names
 * @returns {boolean} whether each part of what was typed begins a part of the names
 */
export function namesFit(typed, ...names) {
  const known = ` ${fold(names.join(" "))}`;
  return fold(typed).split(/\s+/).every((part) => known.includes(` ${part}`));
}

/**
 * @template {{title: string, words?: string}} T
 * @param {string} typed
 * @param {readonly T[]} items
 * @param {number} most
 * @returns {T[]} those that fit, the best first; otherwise in their order
 */
export function best(typed, items, most) {
  const scored = items.map((item) => ({ item, points: score(typed, item) })).filter(({ points }) => points > 0);
  return scored.sort((one, other) => other.points - one.points).slice(0, most).map(({ item }) => item);
}
