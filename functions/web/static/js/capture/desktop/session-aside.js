/** What a session has beside its photos and its code: phones, consent, and photos from this computer. Loaded later. */
import { AddPhotos } from "./add-photos.js";
import { ConsentPanel } from "./consent-panel.js";
import { PhonesPanel } from "./phones.js";

/**
 * @typedef {{admit: (phoneId: string, admitted: boolean) => Promise<import("openapi").PhoneDocument[]>,
 *   record: (choice: import("../consent.js").Choice, replaced: import("../consent.js").Consent | null) =>
 *     Promise<import("../consent.js").Consent>,
 *   adding: Omit<import("./add-photos.js").Handlers, "explain">,
 *   explain: typeof import("../../shell/error-messages.js").errorMessage}} AsideHandlers `explain` says what went wrong
 */

export class SessionAside {
  #phones;
  #consent;
  #adding;

  /** @param {AsideHandlers} handlers */
  constructor(handlers) {
    this.#phones = new PhonesPanel(handlers.admit, handlers.explain);
    this.#consent = new ConsentPanel(handlers.record, handlers.explain);
    this.#adding = new AddPhotos({ ...handlers.adding, explain: (error) => handlers.explain(error) });
  }

  /** How many photos of this computer are still on their way. */
  get unsent() {
    return this.#adding.unsent;
  }

  stop() {
    this.#adding.stop();
    this.show({ images: [] });
  }

  /** @param {Pick<import("./images.js").List, "phones" | "consent" | "images">} list the session's latest */
  show({ phones = [], consent = null, images }) {
    this.#phones.show(phones);
    this.#consent.show(consent, images.length);
  }
}
