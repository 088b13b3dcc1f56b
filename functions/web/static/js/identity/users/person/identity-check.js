/** What the payment provider found out about a clinician's identity, for those who verify clinicians. It decides nothing. */
import { apiGet } from "../../../shell/api.js";
import { formatDateTime } from "../../../shell/format.js";
import { t } from "../../../shell/messages.js";

/**
 * @param {string} userId of a clinician
 * @returns {Promise<string>} in words; "" without a check
 */
export async function identityWords(userId) {
  /** @type {import("openapi").PayoutAccountDocument} */
  const { identity } = await apiGet(`/practitioners/${encodeURIComponent(userId)}/payout-account`);
  const time = formatDateTime(identity.at);
  if (identity.problem) return t("identity.review.identity.failed", { time });
  switch (identity.state) {
    case "verified":
      return t("identity.review.identity.verified", { time });
    case "processing":
      return t("identity.review.identity.processing", { time });
    case "requires_input":
      return t("identity.review.identity.open", { time });
    default:
      return "";
  }
}
