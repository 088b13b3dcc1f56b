/** The order in which photos are shown. Pure. */

/**
 * Photos that clinicians have put in an order, in that order, after the others, which are newer.
 * @template {{imageId: string}} Photo
 * @param {Photo[]} newestFirst
 * @param {readonly string[]} order ids
 * @returns {Photo[]}
 */
export function arranged(newestFirst, order) {
  const places = new Map(order.map((imageId, place) => [imageId, place]));
  const place = (/** @type {Photo} */ { imageId }) => places.get(imageId) ?? -1;
  return [...newestFirst].sort((one, other) => place(one) - place(other));
}

/**
 * @param {readonly string[]} ids as shown
 * @param {readonly string[]} moving
 * @param {1 | -1} by
 * @returns {string[]} with each of `moving` one place on, as far as there is one
 */
export function shifted(ids, moving, by) {
  const result = by > 0 ? [...ids].reverse() : [...ids];
  for (let place = 1; place < result.length; place += 1) {
    if (!moving.includes(result[place]) || moving.includes(result[place - 1])) continue;
    [result[place - 1], result[place]] = [result[place], result[place - 1]];
  }
  return by > 0 ? result.reverse() : result;
}

/**
 * @param {readonly string[]} ids as shown
 * @param {string} moving
 * @param {string | null} before which it is put; null: at the end
 * @returns {string[]}
 */
export function putBefore(ids, moving, before) {
  const others = ids.filter((id) => id !== moving);
  const place = before === null ? others.length : others.indexOf(before);
  return place < 0 ? [...ids] : [...others.slice(0, place), moving, ...others.slice(place)];
}
