/** The addresses of lists of encounters. Pure, but for the clock. */

/** An encounter that starts so soon is one of the latest; visits further ahead are not. In milliseconds. */
const SOON_MS = 3_600_000;

/** @param {string | null} cursor @returns {string} of the facility’s latest */
export function latestPath(cursor) {
  const until = new Date(Date.now() + SOON_MS).toISOString();
  return `/encounters?${new URLSearchParams({ until, ...(cursor && { cursor }) })}`;
}
