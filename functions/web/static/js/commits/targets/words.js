/** What a test of a connection has found, in words. */
import { t } from "../../shell/messages.js";

/**
 * @param {{step: string, ok: boolean}} finding
 * @returns {string}
 */
export function findingWords({ step, ok }) {
  switch (step) {
    case "discovery":
      return ok ? t("commits.step.discovery.ok") : t("commits.step.discovery.failed");
    case "sign-in":
      return ok ? t("commits.step.sign-in.ok") : t("commits.step.sign-in.failed");
    case "search":
      return ok ? t("commits.step.search.ok") : t("commits.step.search.failed");
    case "storage":
      return ok ? t("commits.step.storage.ok") : t("commits.step.storage.failed");
    default:
      return ok ? t("commits.step.other.ok") : t("commits.step.other.failed");
  }
}
