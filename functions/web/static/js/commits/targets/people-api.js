/** The calls about people of a facility who are practitioners of its record. */
import { callWithRetry, exchange, retry } from "../../shell/http.js";
import { withAccessToken } from "../../shell/tokens.js";
import { isVerifiedClinician, nameOf } from "../../shell/users.js";

/**
 * @typedef {import("openapi").TieDocument} Tie
 * @typedef {import("../../shell/users.js").User} User
 */

/** More are no help in choosing. */
const MOST = 8;

/** A page may be short, and even empty, although there are more; a search ends after so many. */
const PAGES = 5;

/** @param {string} facilityId @returns {Promise<{people: Tie[], etag: string}>} */
export async function getTies(facilityId) {
  const { body, etag } = await retry(() => withAccessToken((token) => exchange("GET", pathOf(facilityId), { token })));
  return { people: body.people, etag };
}

/**
 * @param {string} facilityId
 * @param {Tie[]} people all of them
 * @param {string} etag
 * @returns {Promise<{people: Tie[], etag: string}>}
 */
export async function saveTies(facilityId, people, etag) {
  const headers = { "if-match": etag };
  const answer = await withAccessToken((token) => exchange("PUT", pathOf(facilityId), { token, body: { people }, headers }));
  return { people: answer.body.people, etag: answer.etag };
}

/**
 * @param {string} facilityId
 * @param {string} name
 * @param {AbortSignal} signal
 * @returns {Promise<User[]>} verified clinicians of the facility whose names begin like this
 */
export async function findClinicians(facilityId, name, signal) {
  /** @type {User[]} */
  const found = [];
  let pages = 0;
  for await (const users of peopleOf(facilityId, name, signal)) {
    found.push(...users.filter(isVerifiedClinician));
    if (found.length >= MOST || ++pages >= PAGES) break;
  }
  return found.slice(0, MOST);
}

/**
 * @param {string} facilityId
 * @param {Tie[]} ties
 * @returns {Promise<Map<string, string>>} the names of these people who still are in the facility, by their ids
 */
export async function namesOf(facilityId, ties) {
  const wanted = new Set(ties.map(({ userId }) => userId));
  /** @type {Map<string, string>} */
  const names = new Map();
  if (!wanted.size) return names;
  for await (const users of peopleOf(facilityId)) {
    for (const user of users) if (wanted.has(user.userId)) names.set(user.userId, nameOf(user));
    if (names.size === wanted.size) break;
  }
  return names;
}

/**
 * @param {string} facilityId
 * @param {string} [name]
 * @param {AbortSignal | null} [signal]
 * @returns {AsyncGenerator<User[]>} pages of the people of a facility
 */
async function* peopleOf(facilityId, name = "", signal = null) {
  let cursor = "";
  do {
    const query = new URLSearchParams({ facilityId, ...(name && { q: name }), ...(cursor && { cursor }) });
    const page = await withAccessToken((token) => callWithRetry("GET", `/admin/users?${query}`, { token, signal }));
    yield page.users;
    cursor = page.cursor ?? "";
  } while (cursor);
}

/** @param {string} facilityId */
function pathOf(facilityId) {
  return `/admin/record-people/${encodeURIComponent(facilityId)}`;
}
