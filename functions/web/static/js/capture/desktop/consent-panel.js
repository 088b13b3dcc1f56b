/** Consent to photography beside the photos: recorded once, and calmly asked for as soon as there are photos. */
import { announce, byId, setText } from "../../shell/dom.js";
import { consentChoice } from "../consent.js";

/**
 * @typedef {import("../consent.js").Choice} Choice
 * @typedef {import("../consent.js").Consent} Consent
 */

export class ConsentPanel {
  #show;

  /**
   * @param {(choice: Choice) => Promise<Consent>} record
   * @param {(error: unknown) => string} explain
   */
  constructor(record, explain) {
    const button = byId("consent-record", HTMLButtonElement);
    this.#show = consentChoice(byId("consent", HTMLSelectElement), button, async (choice) => {
      try {
        const consent = await record(choice);
        setText("consent-hint", "Recorded.");
        byId("consent-hint").className = "hint";
        announce("Consent recorded");
        return consent;
      } catch (error) {
        setText("consent-hint", `Consent could not be recorded. ${explain(error)}`);
        throw error;
      }
    });
  }

  /**
   * @param {Consent | null} consent
   * @param {number} photos
   */
  show(consent, photos) {
    byId("consent-panel").hidden = false;
    const reminds = !consent && photos > 0;
    byId("consent-hint").className = reminds ? "notice warn small" : "hint";
    setText("consent-hint", consent ? "Recorded." : reminds ? "There are photos, and no consent is recorded yet." : "Once for this encounter. Photos do not wait for it.");
    this.#show(consent);
  }
}
