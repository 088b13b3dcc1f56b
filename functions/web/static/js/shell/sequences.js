/**
 * Keys that are pressed one after the other, such as "g v". Pure.
 *
 * @typedef {{keys: string, at: number}} Pressed the keys of a sequence under way, and when the last was pressed (Unix ms)
 */

/** A key that comes later than this begins a new sequence. In milliseconds. */
export const PATIENCE_MS = 1_500;

/** @type {Pressed} */
export const NOTHING = Object.freeze({ keys: "", at: 0 });

/**
 * @param {Pressed} before
 * @param {string} key as in KeyboardEvent
 * @param {number} now Unix ms
 * @param {Iterable<string>} sequences all that mean something; none is the beginning of another
 * @returns {{pressed: Pressed, hit: string}} `hit`: the sequence that this key completes, or ""
 */
export function press(before, key, now, sequences) {
  if (key.length !== 1) return { pressed: NOTHING, hit: "" };
  const known = [...sequences];
  const inTime = before.keys && now - before.at <= PATIENCE_MS;
  // A key that does not go on with a sequence may begin one.
  for (const keys of inTime ? [`${before.keys} ${key}`, key] : [key]) {
    if (known.includes(keys)) return { pressed: NOTHING, hit: keys };
    if (known.some((sequence) => sequence.startsWith(`${keys} `))) return { pressed: { keys, at: now }, hit: "" };
  }
  return { pressed: NOTHING, hit: "" };
}
