/** Asks the patient whether their visit may be recorded, and shows them while it is. */
import { announce, byId, setText } from "../../shell/dom.js";
import { errorMessage } from "../../shell/error-messages.js";
import { t } from "../../shell/messages.js";
import { answerConsent } from "../api.js";
import { isActive, partyName } from "../labels.js";

/** @typedef {import("../api.js").Visit} Visit */

export class RecordingConsent {
  #onAnswer;
  #visitId = "";
  #asked = false;
  #recorded = false;
  #busy = false;

  /** @param {(visit: Visit) => void} onAnswer */
  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
    byId("allow-recording").onclick = () => void this.#answer(true);
    byId("refuse-recording").onclick = () => void this.#answer(false);
    byId("withdraw-consent").onclick = () => void this.#answer(false);
  }

  /** @param {Visit} visit */
  update(visit) {
    this.#visitId = visit.visitId;
    const asked = isActive(visit) && visit.recordingConsent === "asked";
    // Only reading the visit tells whether it is recorded; joining it does not.
    const recorded = isActive(visit) && (visit.recording ?? this.#recorded);
    const question = t("visits.consent.question", { name: partyName(visit, "practitioner") });
    setText("consent-text", question);
    byId("consent").hidden = !asked;
    byId("recorded").hidden = !recorded;
    if (asked && !this.#asked) announce(t("visits.consent.announced", { question }));
    if (recorded !== this.#recorded) announce(recorded ? t("visits.consent.recorded") : t("visits.consent.recorded-no-more"));
    this.#asked = asked;
    this.#recorded = recorded;
  }

  /** @param {boolean} given */
  async #answer(given) {
    if (this.#busy) return;
    this.#busy = true;
    setText("consent-said", "");
    try {
      this.#onAnswer(await answerConsent(this.#visitId, given));
    } catch (error) {
      setText("consent-said", t("visits.consent.failed", { failure: errorMessage(error, { exists: t("visits.consent.closed") }) }));
    } finally {
      this.#busy = false;
    }
  }
}
