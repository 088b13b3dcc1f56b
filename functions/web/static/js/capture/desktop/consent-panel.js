/** Consent to photography beside the photos: recorded once, and calmly asked for as soon as there are photos. */
import { announce, byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { consentChoice } from "../consent.js";

/**
 * @typedef {import("../consent.js").Choice} Choice
 * @typedef {import("../consent.js").Consent} Consent
 */

export class ConsentPanel {
  #show;
  #button;
  /** @type {Consent | null} */
  #recorded = null;
  /** Whether the choice could not be recorded, which is said as long as it stands. */
  #failed = false;

  /**
   * @param {(choice: Choice, replaced: Consent | null) => Promise<Consent>} record
   * @param {typeof import("../../shell/error-messages.js").errorMessage} explain
   */
  constructor(record, explain) {
    this.#button = byId("consent-record", HTMLButtonElement);
    this.#show = consentChoice(byId("consent", HTMLSelectElement), this.#button, async (choice, replaced) => {
      try {
        const consent = await record(choice, replaced);
        this.#recorded = consent;
        this.#failed = false;
        setText("consent-hint", t("capture.consent.recorded"));
        byId("consent-hint").className = "hint";
        announce(t("capture.consent.recorded"));
        return consent;
      } catch (error) {
        this.#failed = true;
        setText("consent-hint", t("capture.consent.failed", { reason: explain(error, { exists: t("capture.consent.changed") }) }));
        throw error;
      }
    });
  }

  /**
   * @param {Consent | null} consent
   * @param {number} photos
   */
  show(consent, photos) {
    if ((consent?.at ?? 0) < (this.#recorded?.at ?? 0)) return; // read before it was recorded
    this.#recorded = consent;
    this.#show(consent);
    if (this.#failed && !this.#button.hidden) return;
    const reminds = !consent && photos > 0;
    byId("consent-hint").className = reminds ? "notice warn small" : "hint";
    setText("consent-hint", consent ? t("capture.consent.recorded") : reminds ? t("capture.consent.reminder") : t("capture.consent.hint"));
  }
}
