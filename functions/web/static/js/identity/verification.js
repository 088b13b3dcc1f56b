/** How far a clinician's review is. Pure. */

/**
 * @param {import("../shell/users.js").User} user
 * @returns {{text: string, look: string}} the badge's text and look
 */
export function verificationBadge({ verification }) {
  if (verification === "verified") return { text: "Verified", look: "ok" };
  if (verification === "rejected") return { text: "Rejected", look: "danger" };
  return { text: "Waiting for review", look: "warn" };
}
