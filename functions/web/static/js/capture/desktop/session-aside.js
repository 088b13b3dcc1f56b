/** What a session has beside its photos and its code: phones, consent, and photos from this computer. Loaded later. */
import { byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { AddPhotos } from "./add-photos.js";
import { ConsentPanel } from "./consent-panel.js";
import { askToEnd } from "./ending.js";
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
  #explain;

  /** @param {AsideHandlers} handlers */
  constructor(handlers) {
    this.#explain = handlers.explain;
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

  /** @param {Pick<import("./images.js").List, "phones" | "consent" | "images" | "damagedImages">} list the session's latest */
  show({ phones = [], consent = null, images, damagedImages: damaged = 0 }) {
    setText("photos-damaged", damaged ? t("capture.session.damaged", { count: damaged }) : "");
    byId("photos-damaged").hidden = !damaged;
    this.#phones.show(phones);
    this.#consent.show(consent, images.length);
  }

  /**
   * @param {import("./ending.js").Photos} photos
   * @param {() => Promise<void>} end
   * @returns {Promise<boolean>} whether it was ended
   */
  askToEnd(photos, end) {
    return askToEnd(photos, end, this.#explain);
  }
}
