/** How far a clinician's review is. Pure. */
import { t } from "../shell/messages.js";

/**
 * @param {import("../shell/users.js").User} user
 * @returns {{text: string, look: string}} the badge's text and look
 */
export function verificationBadge({ verification }) {
  if (verification === "verified") return { text: t("identity.verified"), look: "ok" };
  if (verification === "rejected") return { text: t("identity.rejected"), look: "danger" };
  return { text: t("identity.waiting"), look: "warn" };
}
