/** Lists that come in pages. */
import { apiGet } from "./api.js";

/**
 * @param {string} path of the call
 * @param {string} name of the list in its answers
 * @returns {Promise<any[]>} all of the list
 */
export async function getAll(path, name) {
  const found = [];
  let cursor = "";
  do {
    const page = await apiGet(`${path}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page[name]);
    cursor = page.cursor ?? "";
  } while (cursor);
  return found;
}
