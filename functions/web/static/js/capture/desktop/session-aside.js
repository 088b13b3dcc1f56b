/** What stands beside the photos of a session, apart from its code. The page loads it later. */
import { ConsentPanel } from "./consent-panel.js";
import { PhonesPanel } from "./phones.js";

/**
 * @typedef {{admit: (phoneId: string, admitted: boolean) => Promise<import("openapi").PhoneDocument[]>,
 *   record: (choice: import("../consent.js").Choice, replaced: import("../consent.js").Consent | null) =>
 *     Promise<import("../consent.js").Consent>,
 *   explain: typeof import("../../shell/error-messages.js").errorMessage}} AsideHandlers `explain` says what went wrong
 */

export class SessionAside {
  #phones;
  #consent;

  /** @param {AsideHandlers} handlers */
  constructor(handlers) {
    this.#phones = new PhonesPanel(handlers.admit, handlers.explain);
    this.#consent = new ConsentPanel(handlers.record, handlers.explain);
  }

  /** @param {Pick<import("./images.js").List, "phones" | "consent" | "images">} list the session's latest */
  show({ phones = [], consent = null, images }) {
    this.#phones.show(phones);
    this.#consent.show(consent, images.length);
  }
}
